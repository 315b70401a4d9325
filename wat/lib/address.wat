;; Addresses.

;; ptr + offset, which the caller promises not to wrap around: so that a constant offset may become
;; the immediate of the load or store whose address this is.
(func $at! (param $ptr i32) (param $offset i32) (result i32)
  (i32.add (local.get $ptr) (local.get $offset)))
