;;! summary   = "BLAKE3 of messages, whole or in pieces, with a key or without, of any length"
;;! spec      = "The BLAKE3 paper, 2021-01-06, and its test vectors"
;;! exports   = [
;;!   "blake3", "blake3_keyed",
;;!   "blake3_init", "blake3_init_keyed", "blake3_update", "blake3_finish",
;;! ]
;;! fragments = [
;;!   "lib/address", "lib/copy", "lib/fault",
;;!   "entries", "pieces", "tree", "output", "rows", "lanes",
;;! ]
;;! constant_time = true
;;! secret    = true

;; A message is chunks of 1 KiB, each of which is a chain of blocks of 64 bytes, and a binary tree
;; over the chunks. Four chunks at a time, or four parents, stand side by side in the lanes of
;; vectors; what is alone is compressed with the rows of its state in vectors.
;;
;; No branch and no address depends on what is in a message or a key, only on lengths.

;; Fragments
;;   name         meaning
;;   lib/address  sums of addresses that become immediates
;;   lib/copy     copies that are short
;;   lib/fault    what a kernel says of an input that it refuses
;;   entries      whole messages
;;   pieces       messages in pieces
;;   tree         chunks, parents, and the subtrees that are whole already
;;   output       the root, and as many bytes of it as are wanted
;;   rows         one compression, a row of the state in each vector
;;   lanes        four compressions, one in each lane

;; Memory map
;;   offset  length  name   meaning
;;        0      48  mode   the key, or the initial value in its place, and flags
;;       48     112  node   the compression that comes next, or the root
;;      160      64  block  the end of the output
;;      224     256  words  the words of four blocks, a vector each
;;      480     512  cvs    chaining values of chunks next to each other, then of their parents
;;      992     736  stack  of a whole message: subtrees that are whole, by their levels
(memory (export "memory") 1)
(global (export "heap_base") i32 (i32.const 1728))

(global $MODE  i32 (i32.const 0))
(global $NODE  i32 (i32.const 48))
(global $BLOCK i32 (i32.const 160))
(global $WORDS i32 (i32.const 224))
(global $CVS   i32 (i32.const 480))
(global $STACK i32 (i32.const 992))

;; Layout mode
;;   offset  size  field  meaning
;;        0    32  key    what each chunk and each parent begins with
;;       32     4  flags  the flags of all of them

;; Layout node
;;   offset  size  field    meaning
;;        0    32  cv       the chaining value before the block
;;       32    64  block    the block, with zeros behind its end
;;       96     8  counter  u64: the number of the chunk; of the root, that of the block of output
;;      104     4  len      how many bytes of the block there are
;;      108     4  flags    what it is

;; Flags: what a compression is of. Those of a key are those of all compressions under it.
(global $CHUNK_START i32 (i32.const 1))
(global $CHUNK_END   i32 (i32.const 2))
(global $PARENT      i32 (i32.const 4))
(global $ROOT        i32 (i32.const 8))
(global $KEYED_HASH  i32 (i32.const 16))

(global $CHUNK_LEN i32 (i32.const 1024))
(global $CV_LEN    i32 (i32.const 32))
(global $KEY_LEN   i32 (i32.const 32))
