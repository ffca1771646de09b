// A stock that every test may create: what POST stocks needs and no more.
const inChina = (time) => `${new Date(time + 8 * 3600_000).toISOString().slice(0, 19)}+08:00`;

export function stockTerms(mchid, changes = {}) {
  const now = Date.now();
  return {
    stock_name: '8月1日活动券',
    belong_merchant: mchid,
    comment: '活动使用',
    goods_name: '填写代金券可适用的商品或服务',
    stock_type: 'NORMAL',
    coupon_use_rule: {
      coupon_available_time: {
        available_begin_time: inChina(now - 3600_000),
        available_end_time: inChina(now + 30 * 86400_000),
      },
      fixed_normal_coupon: { discount_amount: 5, transaction_minimum: 100 },
      use_method: 'OFF_LINE',
    },
    stock_send_rule: { max_coupons: 1_000_000, max_coupons_per_user: 100 },
    out_request_no: `stock_${now}_${Math.random().toString(36).slice(2)}`,
    coupon_code_mode: 'WECHATPAY_MODE',
    ...changes,
  };
}
