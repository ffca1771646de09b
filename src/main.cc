#include "cli/cli.h"

int main(int argc, char** argv) {
  return favorhook::cli::run(argc, argv);
}
