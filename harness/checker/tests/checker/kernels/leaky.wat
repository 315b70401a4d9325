;;! summary = "A kernel that leaks, whatever stands in its body"
;;! spec    = "none"
;;! exports = ["leaky"]

(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 0))
(global $kept (mut i32) (i32.const 0))

(func $public! (param $verdict i32) (result i32)
  (local.get $verdict))

(func $branch (param $x i32)
  (if (local.get $x) (then (nop))))

;; The first byte of the key, which stands at 100.
(func $x (result i32)
  (i32.load8_u (i32.const 100)))

(func $deep
  (call $deep))

;; i32 leaky(const u8 *key_ptr, u32 key_len, u8 *out_ptr, u64 seed)
;;   0.
;;   secret: key, seed
(func $leaky (export "leaky")
  (param $key_ptr i32) (param $key_len i32) (param $out_ptr i32) (param $seed i64) (result i32)
  ;; body
  (i32.const 0))
