;; ---- CRC-32 and CRC-32C, whole and in pieces

;; u32 crc32(const u8 *ptr, u32 len)
;;   The CRC-32 of [ptr, ptr+len) (ISO 3309; polynomial 0x04c11db7, reflected): that of gzip and
;;   PNG. Reads the span, writes the static region, cannot fail. len = 0 gives 0.
(func $crc32 (export "crc32") (param $ptr i32) (param $len i32) (result i32)
  (call $crc32_behind (i32.const 0) (local.get $ptr) (local.get $len)))

;; u32 crc32_update(u32 crc, const u8 *ptr, u32 len)
;;   The CRC-32 of what `crc` is the CRC-32 of, followed by [ptr, ptr+len); for bytes in pieces.
;;   Reads the span, writes the static region, cannot fail. len = 0 gives `crc`.
(func $crc32_update (export "crc32_update")
  (param $crc i32) (param $ptr i32) (param $len i32) (result i32)
  (call $crc32_behind (local.get $crc) (local.get $ptr) (local.get $len)))

;; The CRC-32C sums of the sixteen bytes at ptr + offset; `sum` is the place of those at ptr, less
;; $REACH.
(func $crc32c_sums! (param $ptr i32) (param $sum i32) (param $offset i32) (result v128)
  (v128.xor
    (v128.xor
      (v128.load (call $at! (local.get $ptr) (local.get $offset)))
      (v128.load ;; 290 before
        (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 14)))))
    (v128.xor
      (v128.xor
        (v128.load ;; 258 before
          (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 46))))
        (v128.load ;; 183 before
          (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 121)))))
      (v128.xor
        (v128.load ;; 177 before
          (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 127))))
        (v128.load ;; 154 before
          (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 150))))))))

;; The CRC-32C sums of [ptr, stop), whole steps of 64 bytes and one at least; the first of them are
;; $REACH behind `sum`.
(func $crc32c_fold (param $ptr i32) (param $stop i32) (param $sum i32)
  (local $offset i32)
  (loop $next_step
    (local.set $offset (i32.const 0))
    (loop $next_sums!
      (v128.store
        (call $at! (local.get $sum) (i32.add (local.get $offset) (i32.const 304)))
        (call $crc32c_sums! (local.get $ptr) (local.get $sum) (local.get $offset)))
      (local.set $offset (i32.add (local.get $offset) (i32.const 16)))
      (br_if $next_sums! (i32.lt_u (local.get $offset) (i32.const 64))))
    (local.set $sum (i32.add (local.get $sum) (i32.const 64)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 64)))
    (br_if $next_step (i32.ne (local.get $ptr) (local.get $stop)))))

;; The CRC-32C state after [ptr, ptr+len), by tables where that is short, else by sums.
(func $crc32c_state (param $state i32) (param $ptr i32) (param $len i32) (result i32)
  (local $end i32)  ;; one past the last byte
  (local $last i32) ;; where what is not dropped any more begins
  (local $stop i32) ;; where the window is full
  (local $sum i32)  ;; the place of the next sum, less $REACH
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (if (i32.lt_u (local.get $len) (global.get $SHORTEST_FOLDED))
    (then
      (return
        (call $crc_by_tables
          (global.get $CRC32C_TABLES)
          (local.get $state)
          (local.get $ptr)
          (local.get $end)))))
  (local.set $last (call $not_dropped! (local.get $ptr) (local.get $len)))
  (call $begin_window! (local.get $state) (i32.const 14))
  (loop $next_window
    (local.set $stop (call $window_stop! (local.get $ptr) (local.get $last)))
    (call $crc32c_fold (local.get $ptr) (local.get $stop) (global.get $SUMS))
    (call $move_window! (local.get $ptr) (local.get $stop))
    (local.set $ptr (local.get $stop))
    (br_if $next_window (i32.ne (local.get $ptr) (local.get $last))))
  (call $end_window!)
  ;; Their sums stand where none is looked for any more, at the front.
  (local.set $sum (global.get $SUMS))
  (local.set $stop (i32.add (local.get $ptr) (global.get $REACH)))
  (loop $next_rest
    (v128.store
      (local.get $sum)
      (call $crc32c_sums! (local.get $ptr) (local.get $sum) (i32.const 0)))
    (local.set $sum (i32.add (local.get $sum) (i32.const 16)))
    (local.set $ptr (i32.add (local.get $ptr) (i32.const 16)))
    (br_if $next_rest (i32.ne (local.get $ptr) (local.get $stop))))
  (call $state_of_window! (global.get $CRC32C_TABLES) (local.get $ptr) (local.get $end)))

;; u32 crc32c(const u8 *ptr, u32 len)
;;   The CRC-32C of [ptr, ptr+len) (RFC 3720; polynomial 0x1edc6f41, reflected): that of iSCSI, ext4
;;   and many databases.
;;   Reads the span, writes the static region, cannot fail. len = 0 gives 0.
(func $crc32c (export "crc32c") (param $ptr i32) (param $len i32) (result i32)
  (call $crc32c_update (i32.const 0) (local.get $ptr) (local.get $len)))

;; u32 crc32c_update(u32 crc, const u8 *ptr, u32 len)
;;   The CRC-32C of what `crc` is the CRC-32C of, followed by [ptr, ptr+len); for bytes in pieces.
;;   Reads the span, writes the static region, cannot fail. len = 0 gives `crc`.
(func $crc32c_update (export "crc32c_update")
  (param $crc i32) (param $ptr i32) (param $len i32) (result i32)
  (if (i32.eqz (local.get $len)) (then (return (local.get $crc))))
  (i32.xor
    (call $crc32c_state
      (i32.xor (local.get $crc) (i32.const -1))
      (local.get $ptr)
      (local.get $len))
    (i32.const -1)))
