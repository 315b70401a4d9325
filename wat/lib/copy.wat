;; Copies that are short, without the call that `memory.copy` is.

;; Copies len bytes: first what is over in steps of less than sixteen, so that what is left are
;; whole ones. Only the length decides which instructions are executed.
(func $copy (param $dst_ptr i32) (param $src_ptr i32) (param $len i32)
  (local $end i32) ;; behind the last sixteen bytes of the source
  (if (i32.and (local.get $len) (i32.const 1))
    (then
      (i32.store8 (local.get $dst_ptr) (i32.load8_u (local.get $src_ptr)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 1)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 1)))))
  (if (i32.and (local.get $len) (i32.const 2))
    (then
      (i32.store16 (local.get $dst_ptr) (i32.load16_u (local.get $src_ptr)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 2)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 2)))))
  (if (i32.and (local.get $len) (i32.const 4))
    (then
      (i32.store (local.get $dst_ptr) (i32.load (local.get $src_ptr)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 4)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 4)))))
  (if (i32.and (local.get $len) (i32.const 8))
    (then
      (i64.store (local.get $dst_ptr) (i64.load (local.get $src_ptr)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 8)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 8)))))
  (local.set $end (i32.add (local.get $src_ptr) (i32.and (local.get $len) (i32.const -16))))
  (block $done
    (loop $next_16
      (br_if $done (i32.eq (local.get $src_ptr) (local.get $end)))
      (v128.store (local.get $dst_ptr) (v128.load (local.get $src_ptr)))
      (local.set $src_ptr (i32.add (local.get $src_ptr) (i32.const 16)))
      (local.set $dst_ptr (i32.add (local.get $dst_ptr) (i32.const 16)))
      (br $next_16))))
