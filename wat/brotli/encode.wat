;; ---- compression

;; The longest input, its history included: its bound then fits into 31 bits.
(global $LONGEST_INPUT i32 (i32.const 0x7e000000))

(global $HIGHEST_QUALITY i32 (i32.const 11))
(global $LEAST_WINDOW    i32 (i32.const 10))
(global $MOST_WINDOW     i32 (i32.const 24))

;; What a content is.
;;
;; Enumeration mode
;;   value  name     meaning
;;       0  generic  anything
;;       1  text     UTF-8
;;       2  font     a font of WOFF 2.0
(global $FONT i32 (i32.const 2 (;MODE.FONT;)))

;; i32 brotli_compress_bound(u32 len)
;;   How long the piece of `len` bytes may be, history not counted: len + 5 (len / 4096) + 32, or
;;   -6 too_large where len is over 0x7e000000.
;;   Reads and writes nothing. len = 0 gives 32.
(func $brotli_compress_bound (export "brotli_compress_bound") (param $len i32) (result i32)
  (if (i32.gt_u (local.get $len) (global.get $LONGEST_INPUT)) (then (return (i32.const -6))))
  (i32.add
    (i32.add
      (local.get $len)
      (i32.mul (i32.shr_u (local.get $len) (i32.const 12)) (i32.const 5)))
    (i32.const 32)))

;; i32 brotli_compress_work_size(u32 len, u32 quality)
;;   How many bytes of work memory brotli_compress needs for a span of `len` bytes, history
;;   included, at a quality, one over 11 being taken for 11; or -6 too_large where len is over
;;   0x7e000000. A pure function.
(func $brotli_compress_work_size (export "brotli_compress_work_size")
  (param $len i32) (param $quality i32) (result i32)
  (if (i32.gt_u (local.get $len) (global.get $LONGEST_INPUT)) (then (return (i32.const -6))))
  (i32.add
    (call $tables_size (local.get $len) (local.get $quality))
    (i32.mul (call $command_room! (local.get $len)) (global.get $TOKEN_SIZE))))

;; i32 brotli_compress(const u8 *src_ptr, u32 src_len, u32 history, u32 quality, u32 window,
;;                     u32 mode, u32 flush, u8 *work_ptr, u32 work_cap, u8 *dst_ptr, u32 dst_cap)
;;   Writes what follows the first `history` bytes of [src_ptr, src_ptr+src_len) as metablocks, and
;;   returns their length. The history is all content that came before, or the last
;;   2^window - 16 bytes of it at least; where it is longer than the span, all of the span is
;;   history. Without any, the stream begins here. quality is 0 (fastest) to 11 (smallest), window
;;   10 to 24, mode of the enumeration `mode`. Where flush is 0, the stream ends; else it ends at a
;;   byte, where it can go on in the same window, and no text gives nothing.
;;   The same arguments give the same bytes whatever dst_cap is. -2 output_too_small where they are
;;   longer than dst_cap; never where dst_cap is brotli_compress_bound(src_len - history).
;;   -5 unsupported where there is no such quality, window or mode. -6 too_large where src_len is
;;   over 0x7e000000, or work_cap less than brotli_compress_work_size(src_len, quality). Reads the
;;   span, writes within work_cap, within dst_cap, also past what it returns, and the static region.
;;   src_len = 0 gives an empty stream, or nothing.
(func $brotli_compress (export "brotli_compress")
  (param $src_ptr i32) (param $src_len i32) (param $history i32) (param $quality i32)
  (param $window i32) (param $mode i32) (param $flush i32) (param $work_ptr i32)
  (param $work_cap i32) (param $dst_ptr i32) (param $dst_cap i32)
  (result i32)
  (local $needed i32) ;; of work memory
  (local $here i32)   ;; where the text begins
  (local $end i32)
  (if
    (i32.or
      (i32.or
        (i32.gt_u (local.get $quality) (global.get $HIGHEST_QUALITY))
        (i32.gt_u (local.get $mode) (global.get $FONT)))
      (i32.gt_u
        (i32.sub (local.get $window) (global.get $LEAST_WINDOW))
        (i32.sub (global.get $MOST_WINDOW) (global.get $LEAST_WINDOW))))
    (then (return (i32.const -5))))
  (local.set $needed
    (call $brotli_compress_work_size (local.get $src_len) (local.get $quality)))
  (if (i32.lt_s (local.get $needed) (i32.const 0)) (then (return (local.get $needed))))
  (if (i32.lt_u (local.get $work_cap) (local.get $needed)) (then (return (i32.const -6))))
  (local.set $history (call $least! (local.get $history) (local.get $src_len)))
  (local.set $here (i32.add (local.get $src_ptr) (local.get $history)))
  (local.set $end (i32.add (local.get $src_ptr) (local.get $src_len)))
  (if (local.get $flush)
    (then
      (if (i32.eq (local.get $here) (local.get $end)) (then (return (i32.const 0))))))
  (global.set $out (local.get $dst_ptr))
  (global.set $out_end (i32.add (local.get $dst_ptr) (local.get $dst_cap)))
  (global.set $bits (i64.const 0))
  (global.set $bit_count (i32.const 0))
  (if (i32.eqz (local.get $history)) (then (call $put_window (local.get $window))))
  (if (i32.ne (local.get $here) (local.get $end))
    (then
      (call $set_effort (local.get $quality))
      (call $set_mode (local.get $mode) (local.get $here) (local.get $end))
      (global.set $window_len
        (i32.sub (i32.shl (i32.const 1) (local.get $window)) (i32.const 16)))
      (call $write_text
        (i32.sub (local.get $here) (call $least! (local.get $history) (global.get $window_len)))
        (local.get $here)
        (local.get $end)
        (local.get $quality)
        (local.get $work_ptr))))
  (if (local.get $flush)
    (then
      (if (global.get $bit_count)
        (then
          ;; Metadata of no bytes ends at a byte: not the last metablock, no digits of a length, a
          ;; reserved bit, no bytes of one.
          (call $put (i32.const 6) (i32.const 6)))))
    (else
      ;; The last metablock is an empty one.
      (call $put (i32.const 3) (i32.const 2))))
  (call $put_to_byte)
  (if (i32.gt_s (i32.sub (global.get $out) (global.get $out_end)) (i32.const 0))
    (then (return (i32.const -2))))
  (i32.sub (global.get $out) (local.get $dst_ptr)))

;; Says how wide the window is (RFC 7932, 9.1).
(func $put_window (param $window i32)
  (if (i32.eq (local.get $window) (i32.const 16))
    (then (call $put (i32.const 0) (i32.const 1)) (return)))
  (if (i32.eq (local.get $window) (i32.const 17))
    (then (call $put (i32.const 1) (i32.const 7)) (return)))
  (if (i32.gt_u (local.get $window) (i32.const 17))
    (then
      (call $put
        (i32.or
          (i32.shl (i32.sub (local.get $window) (i32.const 17)) (i32.const 1))
          (i32.const 1))
        (i32.const 4)))
    (else
      (call $put
        (i32.or
          (i32.shl (i32.sub (local.get $window) (i32.const 8)) (i32.const 4))
          (i32.const 1))
        (i32.const 7)))))

;; ---- bits

;; What has been written, and what of it is not a whole byte yet. What is beyond the capacity is
;; counted and not stored.
(global $out (mut i32) (i32.const 0))        ;; where the next whole byte goes
(global $out_end (mut i32) (i32.const 0))    ;; one past the capacity
(global $bits (mut i64) (i64.const 0))       ;; what comes before it
(global $bit_count (mut i32) (i32.const 0))  ;; 0 to 7

;; Stores the $count low bytes of $bytes, up to eight, to $ptr, as far as there is room.
(func $store_bytes (param $ptr i32) (param $out_end i32) (param $bytes i64) (param $count i32)
  (block $done
    (loop $next_byte
      (br_if $done (i32.eqz (local.get $count)))
      (br_if $done
        (i32.le_s (i32.sub (local.get $out_end) (local.get $ptr)) (i32.const 0)))
      (i64.store8 (local.get $ptr) (local.get $bytes))
      (local.set $bytes (i64.shr_u (local.get $bytes) (i64.const 8)))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br $next_byte))))

;; Stores what of $count bits are whole bytes, and what is left then. Where eight bytes have room,
;; it stores eight.
(func $flushed!
  (param $out i32) (param $out_end i32) (param $bits i64) (param $count i64)
  (result i32 i64 i64)
  (if (i32.ge_s (i32.sub (local.get $out_end) (local.get $out)) (i32.const 8))
    (then (i64.store (local.get $out) (local.get $bits)))
    (else
      (call $store_bytes
        (local.get $out)
        (local.get $out_end)
        (local.get $bits)
        (i32.wrap_i64 (i64.shr_u (local.get $count) (i64.const 3))))))
  (i32.add
    (local.get $out)
    (i32.wrap_i64 (i64.shr_u (local.get $count) (i64.const 3))))
  (i64.shr_u (local.get $bits) (i64.and (local.get $count) (i64.const 0x38)))
  (i64.and (local.get $count) (i64.const 7)))

;; Adds $len bits to $bits, of which there are $count, and how many there are then.
(func $added! (param $value i32) (param $len i32) (param $bits i64) (param $count i64)
  (result i64 i64)
  (i64.or
    (local.get $bits)
    (i64.shl (i64.extend_i32_u (local.get $value)) (local.get $count)))
  (i64.add (local.get $count) (i64.extend_i32_u (local.get $len))))

;; The same of a code.
(func $code_added! (param $code i32) (param $bits i64) (param $count i64) (result i64 i64)
  (call $added!
    (i32.shr_u (local.get $code) (i32.const 8))
    (i32.and (local.get $code) (i32.const 0xff))
    (local.get $bits)
    (local.get $count)))

;; Writes the $count low bits of $value, up to 32; the others are 0.
(func $put (param $value i32) (param $count i32)
  (local $bits i64)
  (local $all i64)
  (call $added!
    (local.get $value)
    (local.get $count)
    (global.get $bits)
    (i64.extend_i32_u (global.get $bit_count)))
  (local.set $all)
  (local.set $bits)
  (call $flushed! (global.get $out) (global.get $out_end) (local.get $bits) (local.get $all))
  (local.set $all)
  (global.set $bits)
  (global.set $out)
  (global.set $bit_count (i32.wrap_i64 (local.get $all))))

;; Writes a code.
(func $put_code (param $code i32)
  (call $put
    (i32.shr_u (local.get $code) (i32.const 8))
    (i32.and (local.get $code) (i32.const 0xff))))

;; Goes on with the next whole byte.
(func $put_to_byte
  (call $put (i32.const 0) (i32.and (i32.sub (i32.const 0) (global.get $bit_count)) (i32.const 7))))
