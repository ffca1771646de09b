#include <string>  // fault: a header opens with what it is; #pragma once is missing

namespace favorhook::coupon {
std::string name();  // TODO: think  fault: work put off
std::string other_name();  // fault: white space at the end   
inline constexpr const char* kText = "a line of over a hundred columns, which nobody can read beside another";  // fault: columns
}  // namespace favorhook::coupon
