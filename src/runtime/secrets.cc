#include "runtime/secrets.h"

#include <algorithm>

namespace favorhook::runtime {

Result<std::vector<store::SecretRow>> read_secrets(store::Store& store) {
  auto rows = store.directory();
  if (!rows) return fail(std::move(rows.error()));
  return std::move(rows->secrets);
}

std::string secret_of(const std::vector<store::SecretRow>& secrets, std::string_view name) {
  const auto found = std::ranges::find(secrets, name, &store::SecretRow::name);
  return found == secrets.end() ? "" : found->value;
}

Result<void> keep_secrets(store::Store& store, std::vector<store::SecretRow> secrets) {
  store::Batch batch;
  batch.secrets = std::move(secrets);
  return store.commit(batch);
}

}  // namespace favorhook::runtime
