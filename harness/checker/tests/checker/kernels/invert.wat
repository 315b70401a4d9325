;; A sound kernel for the checker's own tests. They break it on purpose, at the lines that are
;; marked, in every way that the checker has to see.

;; Memory map
;;   offset  length  name     meaning
;;        0       1  mask     what each byte is combined with
;;        1      63  scratch  undefined
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 64))
(global $calls (export "calls") (mut i32) (i32.const 0))
(data (i32.const 0) "\ff")

;; i32 invert(const u8 *ptr, u32 len, u8 *dst_ptr, u32 dst_cap)
;;   Writes the complement of each byte and returns len, or -2 output_too_small.
(func (export "invert")
  (param $ptr i32) (param $len i32) (param $dst_ptr i32) (param $dst_cap i32) (result i32)
  (local $index i32)
  (if (i32.gt_u (local.get $len) (local.get $dst_cap)) (then (return (i32.const -2))))
  ;; before the loop
  (block $done
    (loop $next_byte
      (br_if $done (i32.eq (local.get $index) (local.get $len)))
      (i32.store8
        (i32.add (local.get $dst_ptr) (local.get $index))
        (i32.xor
          (i32.load8_u (i32.add (local.get $ptr) (local.get $index)))
          (i32.load8_u (i32.const 0))))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next_byte)))
  ;; after the loop
  (local.get $len))
