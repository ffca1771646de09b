#include "sim/node.h"

#include "base/check.h"
#include "base/limits.h"
#include "store/directory_rows.h"
#include "store/sqlite/sqlite_store.h"

namespace favorhook::sim {
namespace {

// Always under the same master key.
crypto::VaultSource the_vault() {
  static const auto vault = [] {
    const auto key = crypto::MasterKey::from_text(std::string(64, '7'));
    CHECK(key);
    return std::make_shared<const crypto::Vault>(*key);
  }();
  return [](const std::optional<std::string>&) { return vault; };
}

}  // namespace

// A failed sync ends the process.
Result<std::unique_ptr<store::Store>> open_store(DiskVfs& vfs, int checkpoint_pages) {
  return store::open_sqlite_store(
      {.path = "favorhook.db",
       .vfs = vfs.name(),
       .on_disk_failure = [&disk = vfs.disk()](const Error&) { disk.stop(DiskStop::process); },
       .checkpoint_pages = checkpoint_pages,
       .vault = the_vault()});
}

Result<std::unique_ptr<Node>> Node::start(NodePorts ports) {
  auto store = open_store(ports.vfs, ports.checkpoint_pages);
  if (!store) return fail(std::move(store.error()));
  auto rows = (*store)->directory();
  if (rows && rows->of<store::PlatformKeyRow>().empty()) {
    if (auto made = (*store)->commit(ports.platform.first_keys()); !made) {
      return fail(std::move(made.error()));
    }
    rows = (*store)->directory();
  }
  if (!rows) return fail(std::move(rows.error()));
  auto directory = store::make_directory(*rows);
  if (!directory) return fail(std::move(directory.error()));
  auto reader = (*store)->open_reader();
  if (!reader) return fail(std::move(reader.error()));
  std::unique_ptr<Node> node(
      new Node(ports, std::move(*store), std::move(*directory), std::move(*reader)));
  const BusinessTime now = node->ports_.clocks.business();
  if (auto recovered = node->dispatcher_.recover(*node->store_, now); !recovered) {
    return fail(std::move(recovered.error()));
  }
  return node;
}

Node::Node(NodePorts ports, std::unique_ptr<store::Store> store,
           std::shared_ptr<const coupon::Directory> directory,
           std::unique_ptr<store::Reader> reader)
    : ports_(ports),
      executor_(ports_.executor),
      store_(std::move(store)),
      directory_(std::move(directory)),
      dispatcher_(ports_.delivery, ports_.random, metrics_),
      transport_(ports_.network, executor_),
      sender_({transport_, directory_, coupon::make_rsa_signer, ports_.clocks, ports_.random,
               metrics_, [this](delivery::AttemptReport report) {
                 hand_in(dispatcher_.record(std::move(report)));
               }}) {
  dispatcher_.on_launch([this](delivery::AttemptOrder order) {
    executor_.post([this, order = std::move(order)]() mutable { sender_.start(std::move(order)); });
  });
  dispatcher_.on_not_recorded(
      [this](delivery::AttemptReport report) { record_again(std::move(report)); });
  queue_ = std::make_unique<store::CommitQueue>(*store_, directory_, url_policy_, ports_.random,
                                                ports_.clocks, dispatcher_,
                                                store::CommitQueueOptions{.sandbox = true});
  gateway_ = std::make_unique<gateway::Gateway>(
      gateway::GatewayDeps{*queue_, std::move(reader), directory_, url_policy_, ports_.clocks,
                           ports_.random, executor_, metrics_, coupon::make_rsa_signer},
      gateway::GatewayOptions{});
}

Node::~Node() {
  executor_.kill();
}

void Node::handle(const HttpRequest& request, Respond respond) {
  gateway_->handle(request, std::move(respond));
}

std::optional<Millis> Node::wake_at() const {
  if (queue_->waiting() > 0) return ports_.clocks.elapsed();
  const auto at = dispatcher_.wake_at();
  const auto in = at ? ports_.clocks.until(*at) : std::nullopt;
  return in ? std::optional(ports_.clocks.elapsed() + *in) : std::nullopt;
}

// As runtime::Node does it.
void Node::hand_in(std::unique_ptr<store::Work> record) {
  if (queue_->submit(record)) return;
  executor_.after(limits::kReportRetryTime,
                  [this, record = std::move(record)]() mutable { hand_in(std::move(record)); });
}

void Node::record_again(delivery::AttemptReport report) {
  executor_.after(limits::kReportRetryTime, [this, report = std::move(report)]() mutable {
    hand_in(dispatcher_.record(std::move(report)));
  });
}

}  // namespace favorhook::sim
