// favorhook audit: proves from the files alone that nothing is lost, doubled or made up.
#include "audit/audit.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>

#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/json_view.h"
#include "cli/text_style.h"
#include "store/lock.h"
#include "store/sqlite/look.h"

namespace favorhook::cli {
namespace {

namespace json = boost::json;
using audit::Check;
using audit::Finding;
using audit::MerchantTotals;
using audit::Report;

struct AuditCommand {
  std::string file;
  std::vector<std::string> received, accepted;
  std::string ladder;
  bool clock_moved = false;
};

// What is audited, and who keeps whom out meanwhile.
struct Subject {
  std::string file;
  std::string_view state;  // stopped, running, copy
  store::StoreLook look;
  std::unique_ptr<store::Reader> reader;
};

Result<Subject> open_subject(const Shared& shared, const AuditCommand& command) {
  constexpr std::string_view kName = "favorhook.db";
  Subject subject;
  subject.file = command.file.empty() ? fmt::format("{}/{}", shared.data_dir, kName) : command.file;
  subject.state = "copy";
  const std::filesystem::path path(subject.file);
  if (path.filename() == kName) {
    const std::string dir = path.parent_path().empty() ? "." : path.parent_path().string();
    auto look = store::look_at_store_lock(dir);
    if (!look) return fail(std::move(look.error()));
    subject.look = std::move(*look);
    if (subject.look.kept) subject.state = "stopped";
    if (!subject.look.holder.empty()) subject.state = "running";
  }
  const auto held = subject.look.holder.empty() ? store::Held::no : store::Held::by_another;
  auto reader = store::open_sqlite_to_look(subject.file, held);
  if (!reader) return fail(std::move(reader.error()));
  subject.reader = std::move(*reader);
  return subject;
}

// "FILE", or "MCHID=FILE" where only that merchant's receiver wrote everything down.
Result<void> read_posts(audit::PostRecords& posts, const std::string& given) {
  const std::size_t equals = given.find('=');
  const bool named =
      equals != std::string::npos && equals > 0 && given.find_first_not_of("0123456789") == equals;
  return named ? posts.read(given.substr(equals + 1), given.substr(0, equals))
               : posts.read(given, "");
}

Result<audit::AuditOptions> options_of(const AuditCommand& command) {
  audit::AuditOptions options;
  options.rules.clock_moved = command.clock_moved;
  options.rules.ladder = from_text<delivery::Ladder>(command.ladder);
  for (const std::string& given : command.received) {
    if (auto read = read_posts(options.posts, given); !read) return fail(std::move(read.error()));
  }
  for (const std::string& given : command.accepted) {
    if (auto read = options.accepted.read(given); !read) return fail(std::move(read.error()));
  }
  return options;
}

template <class Visit>
void each_check(const Report& report, Visit visit) {
  for (std::size_t i = 0; i < audit::kChecks; ++i) {
    const auto check = static_cast<Check>(i);
    visit(check, report.findings.of(check));
  }
}

json::object view_of(const std::string& mchid, const MerchantTotals& totals) {
  return {{"mchid", mchid},
          {"coupons", totals.coupons},
          {"accepted", totals.accepted},
          {"withheld", totals.withheld},
          {"pending", totals.pending},
          {"delivered", totals.delivered},
          {"exhausted", totals.exhausted},
          {"cancelled", totals.cancelled},
          {"in_flight", totals.in_flight},
          {"attempts", totals.attempts},
          {"posts_seen", totals.posts_seen}};
}

void print_report_json(const Subject& subject, const Report& report) {
  json::array checks;
  each_check(report, [&](Check check, const Finding& finding) {
    json::array first;
    for (const std::string& text : finding.first) first.push_back(json::string(text));
    checks.push_back(json::object{{"name", audit::name_of(check)},
                                  {"meaning", audit::meaning_of(check)},
                                  {"done", finding.done},
                                  {"checked", finding.checked},
                                  {"faults", finding.faults},
                                  {"first", std::move(first)}});
  });
  json::array merchants;
  for (const auto& [mchid, totals] : report.merchants) merchants.push_back(view_of(mchid, totals));
  print_json(json::object{{"store", subject.file},
                          {"state", subject.state},
                          {"held_by", subject.look.holder},
                          {"sound", report.findings.sound()},
                          {"checks", std::move(checks)},
                          {"merchants", std::move(merchants)}});
}

std::string result_of(const Finding& finding) {
  if (finding.faults > 0) return styled(Style::bad, fmt::format("{} FAULTS", finding.faults));
  return finding.done ? styled(Style::good, "ok") : styled(Style::faint, "not asked");
}

void print_subject(const Subject& subject) {
  fmt::print("{}\n", printable(subject.file));
  if (subject.state == "running") {
    fmt::print(
        "a snapshot; the store is held by {}\n"
        "What follows holds for the moment of the snapshot: attempts in flight are open, and POSTs "
        "seen after it are left out.\n",
        printable(subject.look.holder));
  } else if (subject.state == "copy") {
    fmt::print("a copy; what follows holds for the moment at which it was made\n");
  } else {
    fmt::print("stopped; nobody can start it while this runs\n");
  }
}

void print_merchants(const Report& report) {
  std::vector<std::vector<std::string>> rows = {{"MERCHANT", "ACCEPTED", "WITHHELD", "PENDING",
                                                 "DELIVERED", "EXHAUSTED", "CANCELLED", "ATTEMPTS",
                                                 "SEEN"}};
  MerchantTotals all;
  const auto add = [&rows](const std::string& name, const MerchantTotals& totals) {
    std::vector<std::string>& row = rows.emplace_back(std::vector{printable(name)});
    for (const std::int64_t number :
         {totals.accepted, totals.withheld, totals.pending, totals.delivered, totals.exhausted,
          totals.cancelled, totals.attempts, totals.posts_seen}) {
      row.push_back(std::to_string(number));
    }
  };
  for (const auto& [mchid, totals] : report.merchants) {
    add(mchid, totals);
    all += totals;
  }
  add("all", all);
  fmt::print("\n{}", table_text(rows));
}

void print_report(const Subject& subject, const Report& report) {
  print_subject(subject);
  std::vector<std::vector<std::string>> rows = {{"CHECK", "CHECKED", "WHAT HOLDS", "RESULT"}};
  each_check(report, [&](Check check, const Finding& finding) {
    rows.push_back({std::string(audit::name_of(check)), std::to_string(finding.checked),
                    std::string(audit::meaning_of(check)), result_of(finding)});
  });
  fmt::print("\n{}", table_text(rows));
  each_check(report, [](Check check, const Finding& finding) {
    if (finding.faults == 0) return;
    fmt::print("\n{}\n", styled(Style::heading, audit::name_of(check)));
    for (const std::string& text : finding.first) fmt::print("  {}\n", printable(text));
    const auto more = finding.faults - static_cast<std::int64_t>(finding.first.size());
    if (more > 0) fmt::print("  and {} more\n", more);
  });
  print_merchants(report);
  fmt::print("\n{}\n", report.findings.sound() ? styled(Style::good, "no fault")
                                               : styled(Style::bad, "faults were found"));
}

void run_audit(Shared& shared, const AuditCommand& command) {
  const auto cannot_read = [&shared](const Error& error) {
    shared.failed(error);
    shared.exit_code = kCannotRead;
  };
  auto options = options_of(command);
  if (!options) return cannot_read(options.error());
  const auto subject = open_subject(shared, command);
  if (!subject) return cannot_read(subject.error());
  // Before the snapshot, so that whatever was seen until now is in it.
  if (subject->state == "running") options->snapshot_at = SystemClocks().wall();
  const Report report = audit::audit_store(*subject->reader, std::move(*options));
  shared.json ? print_report_json(*subject, report) : print_report(*subject, report);
  if (!report.findings.sound()) shared.exit_code = kFailed;
}

}  // namespace

void add_audit(CommandLine& app, Shared& shared) {
  CommandLine audit = app.command("audit", "prove from the files that nothing is lost");
  const auto command = std::make_shared<AuditCommand>();
  audit.option("file", command->file, "a copy or a backup; default: the data directory's store");
  audit
      .option(
          "--received", command->received,
          "what receivers saw, as `listen --json` writes it; MCHID=FILE of one; may be repeated")
      .value_name("FILE");
  audit
      .option("--accepted", command->accepted,
              "which coupons clients were told of; may be repeated")
      .value_name("FILE");
  audit.option("--ladder", command->ladder, "the ladder that the server has always had")
      .one_of({"documented", "extended"});
  audit.flag("--clock-moved", command->clock_moved,
             "the clock was set back meanwhile: do not compare times");
  audit.action([&shared, command] { run_audit(shared, *command); });
}

}  // namespace favorhook::cli
