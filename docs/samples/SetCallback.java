// Sets a merchant's notification URL, with the JDK (17 or later) alone: signs the request, verifies the answer.
//
//   java SetCallback.java https://localhost:8443 favorhook-data/merchants/1900000001 https://localhost:9443/notify
//
// The second argument is the folder of a merchant's files, as `favorhook merchant add` writes them.

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class SetCallback {
  static final String PATH = "/v3/marketing/busifavor/callbacks";
  static final String SCHEME = "WECHATPAY2-SHA256-RSA2048";

  public static void main(String[] args) throws Exception {
    if (args.length != 3) {
      System.err.println("usage: java SetCallback.java BASE_URL MERCHANT_FOLDER NOTIFY_URL");
      System.exit(2);
    }
    Path folder = Path.of(args[1]);
    X509Certificate certificate = certificate(folder.resolve("apiclient_cert.pem"));
    var name = Pattern.compile("CN=(\\d+)").matcher(certificate.getSubjectX500Principal().getName());
    if (!name.find()) throw new IllegalStateException("the certificate names no merchant");
    String mchid = name.group(1);

    String body = "{\"mchid\":\"" + mchid + "\",\"notify_url\":\"" + args[2] + "\"}";
    HttpRequest request = HttpRequest.newBuilder(URI.create(args[0] + PATH))
        .header("Authorization", authorization(folder, certificate, mchid, "POST", PATH, body))
        .header("Accept", "application/json")
        .header("Content-Type", "application/json")
        .header("User-Agent", "SetCallback.java")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
    HttpResponse<String> answer = client(folder).send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(answer.statusCode() + " " + answer.body());
    if (answer.statusCode() != 200) System.exit(1);
    System.out.println(verified(folder, answer) ? "signature verified" : "THE SIGNATURE IS WRONG");
    if (!verified(folder, answer)) System.exit(1);
  }

  /** Five lines, each ended by a line feed, over the bytes that are sent. */
  static String authorization(Path folder, X509Certificate certificate, String mchid, String method, String target,
      String body) throws Exception {
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String nonce = HexFormat.of().formatHex(random);
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(privateKey(folder.resolve("apiclient_key.pem")));
    String text = method + "\n" + target + "\n" + timestamp + "\n" + nonce + "\n" + body + "\n";
    signer.update(text.getBytes(StandardCharsets.UTF_8));
    String signature = Base64.getEncoder().encodeToString(signer.sign());
    String serial = String.format("%040X", certificate.getSerialNumber());
    return SCHEME + " mchid=\"" + mchid + "\",nonce_str=\"" + nonce + "\",signature=\"" + signature
        + "\",timestamp=\"" + timestamp + "\",serial_no=\"" + serial + "\"";
  }

  /** Three lines over the raw body, with the key that the answer names. */
  static boolean verified(Path folder, HttpResponse<String> answer) throws Exception {
    String text = header(answer, "Wechatpay-Timestamp") + "\n" + header(answer, "Wechatpay-Nonce") + "\n" + answer.body()
        + "\n";
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(platformKey(folder, header(answer, "Wechatpay-Serial")));
    verifier.update(text.getBytes(StandardCharsets.UTF_8));
    return verifier.verify(Base64.getDecoder().decode(header(answer, "Wechatpay-Signature")));
  }

  static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow(() -> new IllegalStateException("no " + name));
  }

  static PublicKey platformKey(Path folder, String serial) throws Exception {
    if (serial.startsWith("PUB_KEY_ID_")) {
      return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der(folder.resolve("pub_key.pem"))));
    }
    return certificate(folder.resolve("wechatpay_" + serial + ".pem")).getPublicKey();
  }

  static PrivateKey privateKey(Path file) throws Exception {
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der(file)));
  }

  static X509Certificate certificate(Path file) throws Exception {
    return (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
  }

  static byte[] der(Path file) throws Exception {
    String text = Files.readString(file).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return Base64.getDecoder().decode(text);
  }

  /** Trusts favorhook's CA where the folder has one, else what the JDK trusts. */
  static HttpClient client(Path folder) throws Exception {
    Path authority = folder.resolve("ca.pem");
    if (!Files.exists(authority)) return HttpClient.newHttpClient();
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("favorhook", certificate(authority));
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }
}
