// Rows as the operator's API shows them. Private to admin/. Pure functions; no key, no secret.
//
//   boost::json::object view = merchant_view(*directory->find(mchid));
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>

#include "coupon/directory.h"
#include "store/rows.h"

namespace favorhook::admin {

boost::json::object merchant_view(const coupon::Merchant& merchant);
boost::json::object event_view(const coupon::Event& event);
boost::json::object attempt_view(const store::Attempt& attempt, const std::string& explanation);

}  // namespace favorhook::admin
