#include "store/store.h"

namespace favorhook::store {

bool DirectoryRows::empty() const {
  bool none = true;
  each_type(DirectoryRowTypes{}, [&]<class Row>() { none = none && of<Row>().empty(); });
  return none;
}

bool Batch::empty() const {
  return attempts.empty() && directory.empty() && !state.changed();
}

}  // namespace favorhook::store
