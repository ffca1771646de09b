#include "gateway/handlers/fields_stock.h"

#include "base/limits.h"

// The pointers of nested fields, so that a row of the table fits a line.
#define AVAILABLE "/coupon_use_rule/coupon_available_time"
#define DAY_SLOT AVAILABLE "/available_week/available_day_time/*"
#define ODD_SLOT AVAILABLE "/irregulary_avaliable_time/*"
#define ENTRANCE "/custom_entrance/mini_programs_info"
#define FINDER "/display_pattern_info/finder_info"

namespace favorhook::gateway {
namespace {

using apiv3::FieldRule;
using apiv3::FieldType;
using apiv3::Need;

constexpr std::int64_t kFenMax = 10'000'000;
constexpr std::int64_t kCouponsMax = 1'000'000'000;
constexpr std::int64_t kSecondOfDayMax = 86'399;
// No stock is valid for longer, so no coupon of it is.
constexpr std::int64_t kValiditySecondsMax =
    std::chrono::duration_cast<std::chrono::seconds>(limits::kStockValidityMax).count();
constexpr std::string_view kColors =
    "Color010|Color020|Color030|Color040|Color050|Color060|Color070|Color080|Color090|Color100";

constexpr auto kText = FieldType::text;
constexpr auto kInteger = FieldType::integer;
constexpr auto kBoolean = FieldType::boolean;
constexpr auto kObject = FieldType::object;
constexpr auto kArray = FieldType::array;
constexpr auto kTime = FieldType::time;
constexpr auto kMust = Need::required;
constexpr auto kMay = Need::optional;

// In the order of the documents. The misspelt names are the wire's.
constexpr FieldRule kStockRules[] = {
    {"/stock_name", "商家券批次名称", kText, kMust, 1, 21},
    {"/belong_merchant", "批次归属商户号", kText, kMust, 8, 15},
    {"/comment", "批次备注", kText, kMay, 1, 20},
    {"/goods_name", "适用商品范围", kText, kMust, 1, 15},
    {"/stock_type", "批次类型", kText, kMust, 0, 0, "NORMAL|DISCOUNT|EXCHANGE"},

    {"/coupon_use_rule", "核销规则", kObject, kMust},
    {AVAILABLE, "券可核销时间", kObject, kMust},
    {AVAILABLE "/available_begin_time", "开始时间", kTime, kMust},
    {AVAILABLE "/available_end_time", "结束时间", kTime, kMust},
    {AVAILABLE "/available_day_after_receive", "生效后N天内有效", kInteger, kMay, 1, 365},
    {AVAILABLE "/available_week", "固定周期有效时间段", kObject, kMay},
    {AVAILABLE "/available_week/week_day", "可用星期数", kArray, kMay, 0, 7},
    {AVAILABLE "/available_week/week_day/*", "可用星期数", kInteger, kMay, 0, 6},
    {AVAILABLE "/available_week/available_day_time", "当天可用时间段", kArray, kMay, 0, 2},
    {DAY_SLOT, "当天可用时间段", kObject, kMay},
    {DAY_SLOT "/begin_time", "当天可用开始时间", kInteger, kMust, 0, kSecondOfDayMax},
    {DAY_SLOT "/end_time", "当天可用结束时间", kInteger, kMust, 0, kSecondOfDayMax},
    {AVAILABLE "/irregulary_avaliable_time", "无规律的有效时间段", kArray, kMay},
    {ODD_SLOT, "无规律的有效时间段", kObject, kMay},
    {ODD_SLOT "/begin_time", "开始时间", kTime, kMust},
    {ODD_SLOT "/end_time", "结束时间", kTime, kMust},
    {AVAILABLE "/wait_days_after_receive", "领取后N天开始生效", kInteger, kMay, 0, 30},
    {AVAILABLE "/available_second_after_receive", "领取后N秒内有效", kInteger, kMay, 1,
     kValiditySecondsMax},
    {"/coupon_use_rule/fixed_normal_coupon", "固定面额满减券使用规则", kObject, kMay},
    {"/coupon_use_rule/fixed_normal_coupon/discount_amount", "优惠金额", kInteger, kMust, 1,
     kFenMax},
    {"/coupon_use_rule/fixed_normal_coupon/transaction_minimum", "消费门槛", kInteger, kMust, 1,
     kFenMax},
    {"/coupon_use_rule/discount_coupon", "折扣券使用规则", kObject, kMay},
    {"/coupon_use_rule/discount_coupon/discount_percent", "折扣比例", kInteger, kMust, 1, 100},
    {"/coupon_use_rule/discount_coupon/transaction_minimum", "消费门槛", kInteger, kMust, 1,
     kFenMax},
    {"/coupon_use_rule/exchange_coupon", "换购券使用规则", kObject, kMay},
    {"/coupon_use_rule/exchange_coupon/exchange_price", "单品换购价", kInteger, kMust, 0, kFenMax},
    {"/coupon_use_rule/exchange_coupon/transaction_minimum", "消费门槛", kInteger, kMust, 1,
     kFenMax},
    {"/coupon_use_rule/use_method", "核销方式", kText, kMust, 0, 0,
     "OFF_LINE|MINI_PROGRAMS|PAYMENT_CODE|SELF_CONSUME"},
    {"/coupon_use_rule/mini_programs_appid", "小程序appid", kText, kMay, 1, 32},
    {"/coupon_use_rule/mini_programs_path", "小程序path", kText, kMay, 1, 128},

    {"/stock_send_rule", "发放规则", kObject, kMust},
    {"/stock_send_rule/max_coupons", "批次最大发放个数", kInteger, kMust, 1, kCouponsMax},
    {"/stock_send_rule/max_coupons_per_user", "用户最大可领个数", kInteger, kMust, 1, 100},
    {"/stock_send_rule/max_coupons_by_day", "单天发放上限个数", kInteger, kMay, 1, kCouponsMax},
    {"/stock_send_rule/max_amount", "批次最大发放金额", kInteger, kMay, 1, INT64_MAX},
    {"/stock_send_rule/max_amount_by_day", "单天发放上限金额", kInteger, kMay, 1, INT64_MAX},
    {"/stock_send_rule/natural_person_limit", "是否开启自然人限制", kBoolean, kMay},
    {"/stock_send_rule/prevent_api_abuse", "可疑账号拦截", kBoolean, kMay},
    {"/stock_send_rule/transferable", "是否允许转赠", kBoolean, kMay},
    {"/stock_send_rule/shareable", "是否允许分享链接", kBoolean, kMay},

    kRequestNoRule,

    {"/custom_entrance", "自定义入口", kObject, kMay},
    {ENTRANCE, "小程序入口", kObject, kMay},
    {ENTRANCE "/mini_programs_appid", "商家小程序appid", kText, kMust, 1, 32},
    {ENTRANCE "/mini_programs_path", "商家小程序path", kText, kMust, 1, 128},
    {ENTRANCE "/entrance_words", "入口文案", kText, kMust, 1, 5},
    {ENTRANCE "/guiding_words", "引导文案", kText, kMay, 1, 6},
    {"/custom_entrance/appid", "商户公众号appid", kText, kMay, 1, 32},
    {"/custom_entrance/hall_id", "营销馆id", kText, kMay, 1, 64},
    {"/custom_entrance/store_id", "可用门店id", kText, kMay, 1, 64},
    {"/custom_entrance/code_display_mode", "code展示模式", kText, kMay, 0, 0,
     "NOT_SHOW|BARCODE|QRCODE"},

    {"/display_pattern_info", "样式信息", kObject, kMay},
    {"/display_pattern_info/description", "使用须知", kText, kMay, 1, 1000},
    {"/display_pattern_info/merchant_logo_url", "商户logo", kText, kMay, 1, 128},
    {"/display_pattern_info/merchant_name", "商户名称", kText, kMay, 1, 16},
    {"/display_pattern_info/background_color", "背景颜色", kText, kMay, 0, 0, kColors},
    {"/display_pattern_info/coupon_image_url", "券详情图片", kText, kMay, 1, 128},
    {FINDER, "视频号相关信息", kObject, kMay},
    // Their lengths are in no document; the bound on the body holds.
    {FINDER "/finder_id", "视频号ID", kText, kMust},
    {FINDER "/finder_video_id", "视频号视频ID", kText, kMust},
    {FINDER "/finder_video_cover_image_url", "视频号封面图", kText, kMust},

    {"/coupon_code_mode", "券code模式", kText, kMust, 0, 0,
     "WECHATPAY_MODE|MERCHANT_API|MERCHANT_UPLOAD"},

    {"/notify_config", "事件通知配置", kObject, kMay},
    // Live requests with an empty one were accepted.
    {"/notify_config/notify_appid", "事件通知appid", kText, kMay, 0, 64},

    {"/subsidy", "是否允许营销补差", kBoolean, kMay},
};

constexpr auto kRequiredIf = FieldCondition::Kind::required_if;
constexpr auto kOnlyIf = FieldCondition::Kind::only_if;
constexpr auto kNotBefore = FieldCondition::Kind::not_before;

// In the order of the fields: fields that only make sense beside another, ends that are not before
// their beginnings, exactly one of the three rule objects, that of the stock's type.
constexpr FieldCondition kStockConditions[] = {
    {kRequiredIf, AVAILABLE "/available_day_after_receive", AVAILABLE "/wait_days_after_receive"},
    {kRequiredIf, AVAILABLE "/available_week/week_day",
     AVAILABLE "/available_week/available_day_time"},
    {kNotBefore, DAY_SLOT "/end_time", DAY_SLOT "/begin_time"},
    {kNotBefore, ODD_SLOT "/end_time", ODD_SLOT "/begin_time"},
    {kRequiredIf, "/coupon_use_rule/fixed_normal_coupon", "/stock_type", "NORMAL"},
    {kOnlyIf, "/coupon_use_rule/fixed_normal_coupon", "/stock_type", "NORMAL"},
    {kRequiredIf, "/coupon_use_rule/discount_coupon", "/stock_type", "DISCOUNT"},
    {kOnlyIf, "/coupon_use_rule/discount_coupon", "/stock_type", "DISCOUNT"},
    {kRequiredIf, "/coupon_use_rule/exchange_coupon", "/stock_type", "EXCHANGE"},
    {kOnlyIf, "/coupon_use_rule/exchange_coupon", "/stock_type", "EXCHANGE"},
    {kRequiredIf, "/coupon_use_rule/mini_programs_appid", "/coupon_use_rule/use_method",
     "MINI_PROGRAMS"},
    {kRequiredIf, "/coupon_use_rule/mini_programs_path", "/coupon_use_rule/use_method",
     "MINI_PROGRAMS"},
};

}  // namespace

Rules stock_rules() {
  return kStockRules;
}

Conditions stock_conditions() {
  return kStockConditions;
}

}  // namespace favorhook::gateway
