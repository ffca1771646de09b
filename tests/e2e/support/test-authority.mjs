// A certificate authority of a test's own, for certificates that favorhook's CA would never issue.
//
//   const authority = new TestAuthority(folder);
//   const { key, cert } = authority.issue({ names: ['localhost'], from: -3600, to: 3600 });      // seconds from now
//   … FAVORHOOK's SSL_CERT_FILE = authority.file
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const hour = 3600;
const time = (secondsFromNow) => `${new Date(Date.now() + secondsFromNow * 1000).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;

export class TestAuthority {
  constructor(folder, { parent, extensions = 'basicConstraints=critical,CA:TRUE', from = -hour, to = 24 * hour } = {}) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, 'ca.pem');
    this.keyFile = join(folder, 'ca.key');
    this.count = 0;
    if (parent) {
      const made = parent.issue({ names: [], subject: '/CN=intermediate', extensions, from, to });
      writeFileSync(this.keyFile, made.key);
      writeFileSync(this.file, made.cert);
    } else {
      openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', this.keyFile, '-out', this.file, '-subj', '/CN=test authority', '-days', '1');
    }
    this.pem = readFileSync(this.file);
  }

  issue({ names = ['localhost'], from = -hour, to = 24 * hour, key = 'rsa:2048', digest = 'sha256', subject = '/CN=receiver', extensions = '' } = {}) {
    const at = (suffix) => join(this.folder, `${this.count}.${suffix}`);
    this.count += 1;
    const alternative = names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',');
    writeFileSync(at('ext'), `${alternative ? `subjectAltName=${alternative}\n` : ''}${extensions.replaceAll(';', '\n')}\n`);
    writeFileSync(at('db'), '');
    writeFileSync(at('cnf'), `[ca]\ndefault_ca=this\n[this]\ndatabase=${at('db')}\nnew_certs_dir=${this.folder}\nserial=${at('serial')}\n`
      + `rand_serial=yes\nunique_subject=no\npolicy=any\n[any]\ncommonName=optional\n`);
    openssl('req', '-new', '-newkey', ...key.split(' '), '-nodes', '-keyout', at('key'), '-out', at('csr'), '-subj', subject);
    openssl('ca', '-batch', '-config', at('cnf'), '-cert', this.file, '-keyfile', this.keyFile, '-in', at('csr'), '-out', at('pem'), '-notext',
      '-extfile', at('ext'), '-md', digest, '-startdate', time(from), '-enddate', time(to));
    return { key: readFileSync(at('key')), cert: readFileSync(at('pem')) };
  }
}

export function selfSigned(folder) {
  mkdirSync(folder, { recursive: true });
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', join(folder, 'self.key'), '-out', join(folder, 'self.pem'), '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-days', '1');
  return { key: readFileSync(join(folder, 'self.key')), cert: readFileSync(join(folder, 'self.pem')) };
}

function openssl(...args) {
  execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}
