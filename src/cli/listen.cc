// favorhook listen: a merchant's receiver, to see notifications arrive.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>

#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/forward.h"
#include "cli/merchant_files.h"
#include "cli/post_text.h"
#include "cli/receiver_identity.h"
#include "cli/text_style.h"
#include "net/signals.h"
#include "runtime/files.h"

namespace favorhook::cli {
namespace {

struct ListenCommand {
  std::uint16_t port = 0;
  std::string host = "127.0.0.1";
  std::string mchid;
  std::string key_dir;
  std::string certificate_file;
  std::string key_file;
  int answer = 0;  // 0: by the verdict
  long delay_ms = 0;
  std::string json_file;
  std::string forward_to;
  bool once = false;
};

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FilePtr = std::unique_ptr<std::FILE, CloseFile>;

Result<TlsIdentity> identity_of(const Shared& shared, const ListenCommand& command) {
  if (command.certificate_file.empty()) {
    auto admin = AdminClient::open(shared.data_dir, StoreAccess::allowed);
    if (!admin) return fail(std::move(admin.error()));
    return issue_localhost_identity(**admin);
  }
  auto chain = runtime::read_file(command.certificate_file);
  if (!chain) return fail(std::move(chain.error()));
  auto key = runtime::read_file(command.key_file);
  if (!key) return fail(std::move(key.error()));
  return TlsIdentity{std::move(*chain), std::move(*key)};
}

Result<merchant::NotificationHandler> handler_of(const Shared& shared,
                                                 const ListenCommand& command) {
  const auto directory = find_merchant_directory(shared.data_dir, command.mchid, command.key_dir);
  if (!directory) return fail(directory.error());
  auto files = read_merchant_files(*directory);
  if (!files) return fail(std::move(files.error()));
  return merchant::NotificationHandler(files->platform_keys, files->apiv3_key);
}

// Whole lines, flushed: others read the file while it grows, and it is whole after a kill.
void write_line(std::FILE& file, const std::string& line) {
  std::fputs((line + "\n").c_str(), &file);
  std::fflush(&file);
}

Result<void> serve_until_told(const Shared& shared, const ListenCommand& command) {
  if (!command.forward_to.empty()) {
    if (auto checked = check_forward_url(command.forward_to); !checked) return checked;
  }
  auto handler = handler_of(shared, command);
  if (!handler) return fail(std::move(handler.error()));
  auto identity = identity_of(shared, command);
  if (!identity) return fail(std::move(identity.error()));
  FilePtr file;
  if (!command.json_file.empty()) {
    file.reset(std::fopen(command.json_file.c_str(), "ae"));
    if (!file) return fail("cannot append to {}", command.json_file);
  }

  net::block_signals();
  ReceiverOptions options;
  options.address = command.host;
  options.port = command.port;
  options.identity = std::move(*identity);
  if (command.answer != 0) options.answer_status = command.answer;
  options.delay = Millis(command.delay_ms);
  options.forward_to = command.forward_to;
  options.on_post = [&file](const ReceivedPost& post) {
    if (file) write_line(*file, post_json_line(post));
    fmt::print("{}", post_text(post));
    std::fflush(stdout);
  };
  // The main thread waits for a signal, so the process sends itself one.
  if (command.once) options.on_answered = [] { ::kill(::getpid(), SIGTERM); };
  const auto receiver = Receiver::start(std::move(options), std::move(*handler));
  if (!receiver) return fail(receiver.error());
  const std::string shown_host = command.host == "127.0.0.1" ? "localhost" : command.host;
  fmt::print("listening on https://{}:{}; any path is good; Ctrl-C ends it\n", shown_host,
             (*receiver)->port());
  std::fflush(stdout);
  net::wait_for_signal();
  return {};
}

}  // namespace

void add_listen(CommandLine& app, Shared& shared) {
  CommandLine listen = app.command("listen", "receive notifications and show each of them");
  const auto command = std::make_shared<ListenCommand>();
  listen.option("--port", command->port, "0: any free one").required();
  listen.option("--host", command->host, "the address to listen on").shows_default();
  listen.option("--mchid", command->mchid,
                "whose notifications; default: the only merchant in the data directory");
  listen.option("--key-dir", command->key_dir, "where the merchant's key files lie");
  Option certificate =
      listen.option("--cert", command->certificate_file,
                    "TLS certificate chain; default: one for localhost of favorhook's CA");
  Option key = listen.option("--key", command->key_file, "its private key");
  certificate.needs(key);
  key.needs(certificate);
  Option answer = listen.option("--answer", command->answer, "answer every POST with this status")
                      .between(200, 599);
  listen.option("--delay", command->delay_ms, "milliseconds before each answer")
      .between(0, 3'600'000L);
  listen.option("--json", command->json_file, "append a line of JSON to this file per POST");
  listen
      .option("--forward-to", command->forward_to,
              "pass each POST, untouched, to this http URL; its answer goes back")
      .excludes(answer);
  listen.flag("--once", command->once, "end after the first answer");
  listen.action([&shared, command] {
    if (auto done = serve_until_told(shared, *command); !done) shared.failed(done.error());
  });
}

}  // namespace favorhook::cli
