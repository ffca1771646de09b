#include "runtime/secrets.h"

#include <algorithm>

#include "crypto/vault.h"

namespace favorhook::runtime {

Result<std::vector<store::SecretRow>> read_secrets(store::Store& store) {
  auto rows = store.directory();
  if (!rows) return fail(std::move(rows.error()));
  return std::move(rows->of<store::SecretRow>());
}

std::string secret_of(const std::vector<store::SecretRow>& secrets, std::string_view name) {
  const auto found = std::ranges::find(secrets, name, &store::SecretRow::name);
  return found == secrets.end() ? "" : found->value;
}

Result<void> keep_secrets(store::Store& store, std::vector<store::SecretRow> secrets) {
  store::Batch batch;
  batch.directory.of<store::SecretRow>() = std::move(secrets);
  Result<void> done = store.commit(batch);
  for (store::SecretRow& row : batch.directory.of<store::SecretRow>()) crypto::wipe(row.value);
  return done;
}

}  // namespace favorhook::runtime
