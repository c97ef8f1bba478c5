// The codes of plugins/coupons/codes.py in the browser: the same keys, steps and letters.
export const STEP = 30000;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export const base36 = (number) => number.toString(36).toUpperCase();
export const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export const hmac = async (key, text) => {
  const made = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", made, new TextEncoder().encode(text)));
};

const base32 = (bytes) => {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{5}/g).map((five) => BASE32[parseInt(five, 2)]).join("");
};

export const macOf = async (key, step) => base32(await hmac(key, base36(step))).slice(0, 13);

// Server time although the phone's clock is wrong: told with a fresh page, remembered for one that was kept.
export const clock = (told, name) => {
  const known = JSON.parse(localStorage.getItem(name) ?? "null");
  const ahead = known && known.told === told ? known.ahead : told - Date.now();
  localStorage.setItem(name, JSON.stringify({ told, ahead }));
  return () => Date.now() + ahead;
};
