// How a row says what it is, once, for all who handle rows: what is loaded and written in a batch,
// SQL of any dialect, scans, audits, tests.
//
//   struct Union {
//     std::string group, unionid;
//     std::int64_t person = 0;
//
//     static constexpr const char* kTable = "unions";
//     using Key = KeyOf<&Union::group, &Union::person>;
//     template <class Io, class Row>
//     static void columns(Io& io, Row& row) {
//       io("unionid_group", row.group);
//       io("person", row.person);
//       io("unionid", row.unionid);
//     }
//   };
//
// A row may say more:
//   using Indexes = TypeList<ByCode, …>;  further KeyOf<…> that no two rows share, by which a batch
//                                         finds it
//   kView    what it is read from, where that is not its table
//   kOrder   ORDER BY of a list of all; else by its key
//   kAppended   written anew at the end where its key is there already: the order tells the newest
//
// columns() gives its members one by one to an io, each with its column, in the columns' order:
//   io(column, member)          what may change
//   io.fixed(column, member)    what never changes once it is written; keys and indexes never do
//   io.blob(column, member)     a text that may hold any bytes
//   io.sealed(column, member)   a secret, sealed at rest
//   io.found(column, member)    read from kView only, never written
// Pure. No row here owns anything but its members.
#pragma once

#include <tuple>
#include <type_traits>

namespace favorhook {

template <class... Types>
struct TypeList {};

// Members that together name one row at most.
template <auto First, auto... More>
struct KeyOf {
  template <class Class, class Member>
  static Class class_of(Member Class::*);
  template <class Class, class Member>
  static Member member_of(Member Class::*);

  using Row = decltype(class_of(First));
  using Value = std::tuple<decltype(member_of(First)), decltype(member_of(More))...>;

  static Value of(const Row& row) { return {row.*First, (row.*More)...}; }
  static auto tie(const Row& row) { return std::tie(row.*First, (row.*More)...); }
  static bool same(const Row& a, const Row& b) {
    return a.*First == b.*First && ((a.*More == b.*More) && ...);
  }
  // visit(member) for each.
  template <class Visit>
  static void each_member(const Row& row, Visit visit) {
    visit(row.*First), (visit(row.*More), ...);
  }
};

namespace row_detail {
template <class Row, class = void>
struct Indexes {
  using List = TypeList<>;
};
template <class Row>
struct Indexes<Row, std::void_t<typename Row::Indexes>> {
  using List = typename Row::Indexes;
};
// By a key or an index, or by the row's type, which stands for its key.
template <class By, class = void>
struct Finder {
  using Key = By;
  using Row = typename By::Row;
};
template <class By>
struct Finder<By, std::void_t<typename By::Key>> {
  using Key = typename By::Key;
  using Row = By;
};
}  // namespace row_detail

template <class Row>
using IndexesOf = typename row_detail::Indexes<Row>::List;
template <class By>
using RowOf = typename row_detail::Finder<By>::Row;
template <class By>
using FinderOf = typename row_detail::Finder<By>::Key;

// visit.operator()<Type>() for each, in their order.
template <class... Types, class Visit>
constexpr void each_type(TypeList<Types...>, [[maybe_unused]] Visit visit) {
  (visit.template operator()<Types>(), ...);
}

// The same until one gives an error: its result, or the last one's.
template <class Outcome, class... Types, class Visit>
Outcome each_type_while(TypeList<Types...>, [[maybe_unused]] Visit visit) {
  Outcome outcome;
  static_cast<void>(((outcome = visit.template operator()<Types>(), outcome.has_value()) && ...));
  return outcome;
}

}  // namespace favorhook
