// Inside WeChat: the button hands the signed order to WeChat's own bridge. The page learns of the money by itself.
for (const form of document.querySelectorAll("[data-wechatpay]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const pay = () => window.WeixinJSBridge.invoke(
      "getBrandWCPayRequest", JSON.parse(form.dataset.wechatpay), () => location.reload());
    if (window.WeixinJSBridge) pay();
    else document.addEventListener("WeixinJSBridgeReady", pay, { once: true });
  });
}
