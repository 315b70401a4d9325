;;! summary  = "FNV-1a hashing of byte strings"
;;! spec     = "draft-eastlake-fnv"
;;! exports  = ["fnv1a32"]

;; Memory map
;;   offset  length  name   meaning
;;        0       0         nothing: this kernel needs no tables
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 0))

(global $OFFSET_BASIS i32 (i32.const 0x811c9dc5))
(global $PRIME        i32 (i32.const 0x01000193))

;; hash' = (hash ^ byte) * PRIME   mod 2^32
(func $mix! (param $hash i32) (param $byte i32) (result i32)
  (i32.mul
    (i32.xor (local.get $hash) (local.get $byte))
    (global.get $PRIME)))

;; u32 fnv1a32(const u8 *ptr, u32 len)
;;   The 32-bit FNV-1a hash of [ptr, ptr+len).
;;   Reads the span, writes nothing, cannot fail. len = 0 gives the offset basis.
(func $fnv1a32 (export "fnv1a32") (param $ptr i32) (param $len i32) (result i32)
  (local $hash i32) ;; running hash
  (local $end i32)  ;; one past the last byte
  (local.set $hash (global.get $OFFSET_BASIS))
  (local.set $end (i32.add (local.get $ptr) (local.get $len)))
  (block $done
    (br_if $done (i32.eqz (local.get $len)))
    (loop $next_byte
      (local.set $hash
        (call $mix! (local.get $hash) (i32.load8_u (local.get $ptr))))
      (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
      (br_if $next_byte (i32.lt_u (local.get $ptr) (local.get $end)))))
  (local.get $hash))
