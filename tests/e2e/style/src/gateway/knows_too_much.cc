// Breaks the layers.
#include <openssl/evp.h>  // fault: is only for

#include "base/result.h"
#include "delivery/sender.h"  // fault: gateway must not know delivery
#include "net/loop.h"  // fault: gateway must not know net
#include "store/store.h"
