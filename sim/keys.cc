#include "sim/keys.h"

#include "base/check.h"

namespace favorhook::sim {
namespace {

constexpr const char* kMerchantsCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBODCB4wIUShHA3koRwN5KEcDeShHA3koRwN4wDQYJKoZIhvcNAQELBQAwHjEc\n"
    "MBoGA1UEAwwTc2ltdWxhdGVkIG1lcmNoYW50czAeFw0yNjAxMDEwMDAwMDBaFw0z\n"
    "NjAxMDEwMDAwMDBaMB4xHDAaBgNVBAMME3NpbXVsYXRlZCBtZXJjaGFudHMwXDAN\n"
    "BgkqhkiG9w0BAQEFAANLADBIAkEAtoKcCWmwb11/8zypIpTiuEZJB00cLDjnBPcf\n"
    "HKsdGnF6fjxiHL4eS4v9rYlnqOePbYExOV06rmAUwHew4htwcQIDAQABMA0GCSqG\n"
    "SIb3DQEBCwUAA0EAE3XSrkX6vPqKAHyTwuS4Bae4h+Kzy1IeIPlB3BycyFws2XJP\n"
    "Ob7wpE/hYGxIPV0c2f2/cAFJuKsmIcPzc4SpyA==\n"
    "-----END CERTIFICATE-----\n";

constexpr const char* kMerchantsKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIBVwIBADANBgkqhkiG9w0BAQEFAASCAUEwggE9AgEAAkEAtoKcCWmwb11/8zyp\n"
    "IpTiuEZJB00cLDjnBPcfHKsdGnF6fjxiHL4eS4v9rYlnqOePbYExOV06rmAUwHew\n"
    "4htwcQIDAQABAkEArQ2I4I/7QI1abgt9oBGmK+5Q/oBKD1BhFN8w++Dv9oo49IDP\n"
    "OV4ta3ZUc/erzo4i1mR7JzhElHNvcWOrU0LeVQIhAO+Kqa8Iz+Jus9Omw0e1oCgd\n"
    "Fi6Yt/4ztagsyZFUtPDfAiEAwwzPonRLzfwIAZQQxRkzXjc6pKangL0wooyfas+G\n"
    "OK8CIQDG8tSxglEeUDFcxTGFemz1RAsrUj3mi84BSolzAfZx4wIhAJkcFF2M9viC\n"
    "D/LVPPjLWHRr3D/lhnVbjbL7uiRJNS6HAiEAt7V78x3ZCREwryDf3Wu91mrVZkSm\n"
    "1B9rmRkEFVVI7gc=\n"
    "-----END PRIVATE KEY-----\n";

constexpr const char* kPlatformKey1 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAyrL8ANwJVST32MKX\n"
    "mtK5fYUkRDd+sO1W9262ZxrChBmgYXO/EVoQwWfRR6DI3aJTQYtiZg2q/fgOcMP3\n"
    "DWoI6QIDAQABAkBEDlw2Haq0f7kHei5UuTO2RSGsFcXfuZBdezqa2407tJWDbrJL\n"
    "Jesam3xMoxCAuZ9yc6kvZXfTzw0dKEm7p3VBAiEA9splCiA3+79X6qyA6H/NKM/i\n"
    "+LiyxBoJ7Fp/OzZDve0CIQDSQ2GphNbOOBukDn9DlfpktRmwJSgvhQ3oPTQiCU13\n"
    "bQIgGMJfdq+azj/5Iwshd7HytEh+/fMRxEjUfAjsQNWF4FUCIHoNyTRZO0QMB+eM\n"
    "zs1R0z8AbX/1ocUr7G3CkW+sjL5lAiEAjDm20r8gg7RnZSwyQ3d3jf2NSnFoX+QX\n"
    "qgUA2d/8xZQ=\n"
    "-----END PRIVATE KEY-----\n";

constexpr const char* kPlatformKey2 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIBVwIBADANBgkqhkiG9w0BAQEFAASCAUEwggE9AgEAAkEA3MU1OFw0HH6t1M+j\n"
    "OmsExfzQ/7d3ZtJvPU03beYe0nPFy8k0IC1bP8PNqJmdCVt0Vi9X5jZYoy8a2RZg\n"
    "PgJqBQIDAQABAkEA0vbYjoz9dyVOs4ffcRmHLDMU/Oey/9yjVC8PgsNePLeCrK4W\n"
    "T2NpFkzIMcuTZTUjJmlnostLEY599Z3xgRdCAQIhAPDuttcutWrjcXt8TxdvHXJ6\n"
    "1Cqz5ifHs9YqDQJr0/DFAiEA6pOzlqHAC4dwlbE3wROB63lg5BtJhSsBrxiIq8t9\n"
    "qEECIQCa0quIB6no8BNCqRUiF/MyV5/zePtTYM89tnP5tFTTiQIhAMRZl+SJRiAg\n"
    "YZvbOEkUFBbPhcvKD3M5eXJf/d6XOXpBAiEAkf+ex23UbyRaBY8OlLcZ3CCMqZaM\n"
    "Mihm77+/vRN9Z+4=\n"
    "-----END PRIVATE KEY-----\n";

constexpr const char* kPlatformKey3 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAndYn+p1yp/ENM/qs\n"
    "6AwubyZ/5upuhwedx5txLEby3ua7l/iBYrT6OKubg6JTDL886F539K5eZz2+SIwS\n"
    "rqNcYwIDAQABAkEAiUdfxFk3BRzid+g6hSU7Kc+ZhRU3htg4AgmPuIwI55b3vTMC\n"
    "SB0PocH6AhDhHl/pq/FC13MPVtKWeabAa3qyIQIhAMmWzy+Vxin/gfGaG/zTODP9\n"
    "mjOyLYry7HySUL4eYoYzAiEAyHAt461PJAP2XMR9wgUn8rDmBMK+czNZSRgerS1k\n"
    "wRECIQCFWh7aUpCRDbWO9iwXdj4SnmtYUUCxTvtDeKKy8XSpYwIgIE8U1pJlI2UQ\n"
    "HTv/GXtDSTeCnFnX4THxvnqI11lt2EECIFScbyNjne9YTIh14ef2IFM5K1mNZWek\n"
    "o7/TyXMTtT0A\n"
    "-----END PRIVATE KEY-----\n";

constexpr const char* kPlatformKey4 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAunIv5u9cvAtGrEWn\n"
    "1AMv4RNHLYP50fLUyGm/yCpZduY2PQEwBnDqEbs/cNtbDgNyWXkfbllgBtDyhwVu\n"
    "1nJrYwIDAQABAkEAuirQd/hkEYP04ol+5ez0vvo/5UvVhHTDUQZ+sADRai0HhMVQ\n"
    "5yNRtaZUcOIpd+zVf8rmyoZN1s0aNd7jzDbzsQIhAPW4Us62Q2Q1GLl0xFKD6LLD\n"
    "GB83yfnIkwwsWOgsLloLAiEAwj8JKAkFVsnUW8biRTIAEA09ozrm8w19fG+RV7Jd\n"
    "YwkCIQDda6uy+irgMbiF5eLDOHqIG6Ww++TVYRig75VuIeHi4QIgS55QiTZhzrSJ\n"
    "qCTXp0pcveL5sNbYW5xP0qZ4NWSpeEkCICAH6N4QdEREYa1oNpg/LU4cf+UykAck\n"
    "y5hSGqJmNVZC\n"
    "-----END PRIVATE KEY-----\n";

constexpr const char* kPlatformKey5 =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIBUwIBADANBgkqhkiG9w0BAQEFAASCAT0wggE5AgEAAkEAqZc7f+fzBYZN1kZC\n"
    "DutOcsuCo3qCx6LKA6cSv51eexz0Bb7sMb/tpazN5jZezca/8S29BBR7ZJykNzHu\n"
    "XV94dQIDAQABAkBst6uIAozzhLaPX7jnUYeX5cjYvifqjPxOPSOyvNKdvtTZS+2J\n"
    "mWuWlK/lll2rOA5wC/kZnUJgnaVgi+qoZaydAiEA4ct0/FZC5OO7XproKGU+Yd4/\n"
    "BSgFEy1ixo5kfC08RScCIQDARwTplxc+XezWYss1wkVqcuy2bJFj+btWYsOEy5Ov\n"
    "AwIgQOqX1byPOvNmeUqcGJETIFwfTkI1Q1A3J9LkfPccbt0CIE9gQi/odukBP1eV\n"
    "u0w7Igr63KvGkBLUsrjL1ulIXXRfAiAq3U1PK0uXoNlhQXROjemfYAD9JRDlrZt3\n"
    "5WM8dHOltw==\n"
    "-----END PRIVATE KEY-----\n";

constexpr std::array<const char*, kPlatformKeys> kPlatformKeyPems = {
    kPlatformKey1, kPlatformKey2, kPlatformKey3, kPlatformKey4, kPlatformKey5};

crypto::PrivateKey read(const char* pem) {
  const Result<crypto::PrivateKey> key = crypto::PrivateKey::from_pem(pem);
  CHECK(key);
  return *key;
}

}  // namespace

const Keys& keys() {
  static const Keys made = [] {
    Keys all{kMerchantsCertificate, {}, read(kMerchantsKey), {}};
    const Result<crypto::Certificate> certificate =
        crypto::Certificate::from_pem(kMerchantsCertificate);
    CHECK(certificate);
    all.merchants_serial = certificate->serial_no;
    for (std::size_t i = 0; i < kPlatformKeys; ++i) {
      all.platform.push_back({kPlatformKeyPems[i], read(kPlatformKeyPems[i]).public_key()});
    }
    return all;
  }();
  return made;
}

}  // namespace favorhook::sim
