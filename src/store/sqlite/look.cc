#include "store/sqlite/look.h"

#include "store/sqlite/migrations.h"
#include "store/sqlite/reader.h"

namespace favorhook::store {

Result<std::unique_ptr<Reader>> open_sqlite_to_look(const std::string& path, Held held) {
  using sqlite::Access;
  using sqlite::Connection;
  Result<std::unique_ptr<Connection>> connection =
      Connection::open(path, held == Held::no ? Access::at_rest : Access::read, "");
  if (!connection) return fail(std::move(connection.error()));
  if (Result<void> current = sqlite::expect_current(**connection); !current) {
    if (!(*connection)->damaged()) return fail(std::move(current.error()));
  }
  return std::make_unique<sqlite::SqliteReader>(std::move(*connection));
}

}  // namespace favorhook::store
