;; ---- Faults

;; Layout fault
;;   offset  size  field    meaning
;;        0     4  start    u32: the offset of the first byte that is wrong
;;        4     4  end      u32: the offset behind the last one
;;        8     2  code     u16: what is wrong, of an enumeration of the kernel's
;;       10     2  wanted   u16: 0
;;       12     4  related  u32: no other place has to do with it, 0xffffffff

;; Says what is wrong with [start, end) of the input.
(func $refuse! (param $fault_ptr i32) (param $start i32) (param $end i32) (param $code i32)
  (i32.store offset=0 (;START;) (local.get $fault_ptr) (local.get $start))
  (i32.store offset=4 (;END;) (local.get $fault_ptr) (local.get $end))
  (i32.store16 offset=8 (;CODE;) (local.get $fault_ptr) (local.get $code))
  (i32.store16 offset=10 (;WANTED;) (local.get $fault_ptr) (i32.const 0))
  (i32.store offset=12 (;RELATED;) (local.get $fault_ptr) (i32.const -1)))

;; The lesser of two unsigned numbers.
(func $least! (param $a i32) (param $b i32) (result i32)
  (select
    (local.get $a)
    (local.get $b)
    (i32.lt_u (local.get $a) (local.get $b))))
