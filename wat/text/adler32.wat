;; ---- Adler-32, whole and in pieces

;; u32 adler32(const u8 *ptr, u32 len)
;;   The Adler-32 of [ptr, ptr+len) (RFC 1950): s2 in the upper half, s1 in the lower.
;;   Reads the span, writes nothing, cannot fail. len = 0 gives 1.
(func $adler32 (export "adler32") (param $ptr i32) (param $len i32) (result i32)
  (call $adler32_behind (i32.const 1) (local.get $ptr) (local.get $len)))

;; u32 adler32_update(u32 adler, const u8 *ptr, u32 len)
;;   The Adler-32 of what `adler` is the Adler-32 of, followed by [ptr, ptr+len); for bytes in
;;   pieces. Halves of 65521 and more are taken modulo 65521. Reads the span, writes nothing, cannot
;;   fail. len = 0 gives `adler`, so taken.
(func $adler32_update (export "adler32_update")
  (param $adler i32) (param $ptr i32) (param $len i32) (result i32)
  (call $adler32_behind (local.get $adler) (local.get $ptr) (local.get $len)))
