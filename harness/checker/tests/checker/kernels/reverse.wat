;; A sound kernel for the checker's own tests, with work memory and a fault. They break it on purpose, at
;; the lines that are marked, in every way that the checker has to see.

;; Memory map
;;   offset  length  name     meaning
;;        0      64  scratch  undefined
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 64))

;; i32 reverse(const u8 *ptr, u32 len, u8 *dst_ptr, u32 dst_cap, u8 *work_ptr, u32 work_cap, u8 *fault_ptr)
;;   Writes the bytes of an ASCII text in reverse and returns len; -2 output_too_small where either
;;   capacity is less, and -3 malformed at the first byte that is no ASCII, with code 1.
(func (export "reverse")
  (param $ptr i32) (param $len i32) (param $dst_ptr i32) (param $dst_cap i32)
  (param $work_ptr i32) (param $work_cap i32) (param $fault_ptr i32) (result i32)
  (local $index i32)
  (if (i32.gt_u (local.get $len) (local.get $dst_cap)) (then (return (i32.const -2))))
  (if (i32.gt_u (local.get $len) (local.get $work_cap)) (then (return (i32.const -2))))
  (if (i32.eqz (local.get $len)) (then (return (i32.const 0))))
  (loop $next_byte
    (if (i32.and (i32.load8_u (i32.add (local.get $ptr) (local.get $index))) (i32.const 0x80))
      (then
        (i32.store offset=0 (local.get $fault_ptr) (local.get $index))
        (i32.store offset=4 (local.get $fault_ptr) (i32.add (local.get $index) (i32.const 1)))
        (i32.store offset=8 (local.get $fault_ptr) (i32.const 1))
        (i32.store offset=12 (local.get $fault_ptr) (i32.const -1))
        (return (i32.const -3))))
    (local.set $index (i32.add (local.get $index) (i32.const 1)))
    (br_if $next_byte (i32.ne (local.get $index) (local.get $len))))
  (memory.copy (local.get $work_ptr) (local.get $ptr) (local.get $len))
  (loop $next_byte
    (local.set $index (i32.sub (local.get $index) (i32.const 1)))
    (i32.store8
      (i32.add
        (local.get $dst_ptr)
        (i32.sub (i32.sub (local.get $len) (i32.const 1)) (local.get $index)))
      (i32.load8_u (i32.add (local.get $work_ptr) (local.get $index))))
    (br_if $next_byte (local.get $index)))
  ;; after it is reversed
  (local.get $len))

;; i32 reverse_work_size(u32 len)
;;   How many bytes `reverse` works in for a text of len bytes; -6 too_large where they are too many.
(func (export "reverse_work_size") (param $len i32) (result i32)
  ;; a pure function
  (if (i32.lt_s (local.get $len) (i32.const 0)) (then (return (i32.const -6))))
  (local.get $len))
