;;! summary   = "Brotli, both ways"
;;! spec      = "RFC 7932"
;;! exports   = [
;;!   "brotli_decompress_work_size", "brotli_decompress", "brotli_decode",
;;!   "brotli_compress_bound", "brotli_compress_work_size", "brotli_compress",
;;! ]
;;! fragments = [
;;!   "lib/address", "lib/brotli_dictionary", "lib/brotli_tables", "lib/lz4_repeats",
;;!   "bits", "code", "header", "word", "commands", "decompress", "decode",
;;!   "lib/brotli_words", "encode", "encode_matches", "encode_parse", "encode_blocks",
;;!   "encode_codes", "lib/entropy", "lib/huffman_codes",
;;! ]

;; A stream is a list of metablocks, each with its prefix codes in front. A command is a run of
;; literals and a copy of what stands further back in the content, or of a word of the dictionary.
;; Commands are decoded in one loop that writes whole vectors, while so much is left of source and
;; room that it need not look; every element that is unusual, broken or near an end is decoded by
;; itself and exactly.

;; Fragments
;;   name                   meaning
;;   lib/address            sums of addresses that become immediates
;;   lib/brotli_dictionary  the words
;;   lib/brotli_tables      what symbols and contexts mean
;;   lib/lz4_repeats        copies that overlap themselves
;;   bits                   the source, bit by bit, up to its end
;;   code                   prefix codes: read, and made a table
;;   header                 metablocks up to their first command
;;   word                   words of the dictionary, and their transforms
;;   commands               content: the fast loop, and one element at a time
;;   decompress             whole streams
;;   decode                 streams in pieces
;;   lib/brotli_words       the dictionary's words by their first four bytes
;;   encode                 bytes to a stream: qualities, room, work memory, bits
;;   encode_matches         what stands further back, and words that stand here
;;   encode_parse           bytes to commands
;;   encode_blocks          where metablocks end, and how they are written
;;   encode_codes           how prefix codes are written
;;   lib/entropy            how many bits symbols take, by how often they stand
;;   lib/huffman_codes      Huffman codes of limited length

;; Memory map
;;   offset  length  name            meaning
;;        0     256  repeat_mask     16 lanes for each distance 0 to 15: lane number mod distance
;;      256      16  repeat_step     for each distance its largest multiple that is 16 at most
;;      272      18  code_order      in which the lengths of the code of code lengths come
;;      320     128  state           the state of the stream, of the layout `decode_state`
;;      512    2048  contexts        the parts of literals' contexts, mode by mode, times four
;;     2560    5632  commands        what each symbol of a command means
;;     8192     968  transforms      what each transform does
;;     9216     164  affixes         what transforms put before words and behind them
;;     9472     104  block_lengths   what each symbol of a block's length means
;;     9600     100  words           where the dictionary's words of each length begin
;;     9728     128  reader          the layout `reader`
;;     9856      64  tail            the end of the source, and zeros
;;     9920      96  spelled         a word near the end of the room
;;    10016      64  length_code     table of the code of code lengths
;;    10080      64  counts          u32 a length: how many symbols have it
;;    10144      64  places          u32 a length: where its next symbol goes in `sorted`
;;    10208     720  lengths         a byte a symbol: the length of its code
;;    10928    1408  sorted          u16 a symbol: those that have codes, the shortest first
;;    12336    1024  literal_codes   u32 a code: the address of its table
;;    13360    1024  command_codes   the same of commands
;;    14384    1024  distance_codes  the same of distances
;;    15408     256  literal_tables  u32 a context: its table in the block of literals at hand
;;    15664      16  distance_tables  the same for distances
;;    15680     256  modes           a byte a type of block: the mode of its contexts
;;    15936   16384  literal_map     64 contexts a type of block: the number of their code
;;    32320    1024  distance_map    4 contexts a type of block: the same
;;    33344    6336  block_codes     three times a table of types (1312) and of lengths (800)
;;    39680     256  recent          the numbers of codes, the most recent first
;;    40960  122784  dictionary      words by length
;;   163744   16386  word_starts     u16 a hash: how many words have a lesser one
;;   180144   27008  word_entries    u16 a word, by hash: its number << 5 and its length
;;   207168    4416  chunk_counts    u32 a symbol of the chunk that is being parsed: 256 literals,
;;                                   704 commands, 144 distances
;;   211584    4416  block_counts    the same of the block in front of that chunk
;;   216000   16384  group_counts    u32 a literal, for each of 16 groups of contexts
;;   232384   16384  literal_bits    u32 a literal, for each of 16 codes: its code << 8, bits
;;                                   reversed, and its length
;;   248768    2816  command_bits    the same of commands
;;   251584     576  distance_bits   the same of distances
;;   252160    2816  sorting         u32 a symbol that is used: count << 10 | symbol; then the tree
;;   254976    2816  sorting_by      the same, for what is sorted from one into the other
;;   257792    1024  tallies         u32 for each tally of counts: how many there are, or where next
;;   258816      64  len_counts      u32 a length of a code: how many have it; then the next code
;;   258880     704  code_lens       u8 a symbol: how long its code is
;;   259584    1408  header_symbols  u16 each: symbol | extra bits << 8 of a code's run lengths
;;   260992      80  header_counts   u32 each: how often there is one
;;   261072      80  header_codes    u32 each: as in literal_bits
;;   261152      32  header_lens     u8 each: how long its code is
;;   261184      64  map_counts      u32 each: how often an entry of a context map stands there
;;   261248      64  map_bits        u32 each: as in literal_bits
;;   261312      64  map_symbols     u8 a context: its entry in the context map
;;   261376      16  group_codes     u8 a group of contexts: which code it has
;;   261392      16  front           u8 each: codes, the last one that an entry named first
;;   261408      16  block_last      u32 each: the four last distances in front of the block
;;   261424      16  chunk_last      the same in front of the chunk
(memory (export "memory") 4)
(global (export "heap_base") i32 (i32.const 262144))

(global $REPEAT_STEP     i32 (i32.const 256))
(global $CODE_ORDER      i32 (i32.const 272))
(global $STATE           i32 (i32.const 320))
(global $CONTEXTS        i32 (i32.const 512))
(global $COMMANDS        i32 (i32.const 2560))
(global $TRANSFORMS      i32 (i32.const 8192))
(global $AFFIXES         i32 (i32.const 9216))
(global $BLOCK_LENGTHS   i32 (i32.const 9472))
(global $WORDS           i32 (i32.const 9600))
(global $READER          i32 (i32.const 9728))
(global $TAIL            i32 (i32.const 9856))
(global $SPELLED         i32 (i32.const 9920))
(global $LENGTH_CODE     i32 (i32.const 10016))
(global $COUNTS          i32 (i32.const 10080))
(global $PLACES          i32 (i32.const 10144))
(global $LENGTHS         i32 (i32.const 10208))
(global $SORTED          i32 (i32.const 10928))
(global $LITERAL_CODES   i32 (i32.const 12336))
(global $COMMAND_CODES   i32 (i32.const 13360))
(global $DISTANCE_CODES  i32 (i32.const 14384))
(global $LITERAL_TABLES  i32 (i32.const 15408))
(global $DISTANCE_TABLES i32 (i32.const 15664))
(global $MODES           i32 (i32.const 15680))
(global $LITERAL_MAP     i32 (i32.const 15936))
(global $DISTANCE_MAP    i32 (i32.const 32320))
(global $BLOCK_CODES     i32 (i32.const 33344))
(global $RECENT          i32 (i32.const 39680))
(global $DICTIONARY      i32 (i32.const 40960))
(global $WORD_STARTS     i32 (i32.const 163744))
(global $WORD_ENTRIES    i32 (i32.const 180144))
(global $CHUNK_COUNTS    i32 (i32.const 207168))
(global $BLOCK_COUNTS    i32 (i32.const 211584))
(global $GROUP_COUNTS    i32 (i32.const 216000))
(global $LITERAL_BITS    i32 (i32.const 232384))
(global $COMMAND_BITS    i32 (i32.const 248768))
(global $DISTANCE_BITS   i32 (i32.const 251584))
(global $SORTING         i32 (i32.const 252160))
(global $SORTING_BY      i32 (i32.const 254976))
(global $TALLIES         i32 (i32.const 257792))
(global $LEN_COUNTS      i32 (i32.const 258816))
(global $CODE_LENS       i32 (i32.const 258880))
(global $HEADER_SYMBOLS  i32 (i32.const 259584))
(global $HEADER_COUNTS   i32 (i32.const 260992))
(global $HEADER_CODES    i32 (i32.const 261072))
(global $HEADER_LENS     i32 (i32.const 261152))
(global $MAP_COUNTS      i32 (i32.const 261184))
(global $MAP_BITS        i32 (i32.const 261248))
(global $MAP_SYMBOLS     i32 (i32.const 261312))
(global $GROUP_CODES     i32 (i32.const 261376))
(global $FRONT           i32 (i32.const 261392))
(global $BLOCK_LAST      i32 (i32.const 261408))
(global $CHUNK_LAST      i32 (i32.const 261424))

(data (i32.const 272 (;CODE_ORDER;))
  "\01\02\03\04\00\05\11\06\10\07\08\09\0a\0b\0c\0d\0e\0f")

;; Layout decode_state
;;   offset  size  field       meaning
;;        0     4  phase       u32, of the enumeration `phase`
;;        4     4  window      u32: the longest distance that is no word's
;;        8     4  history     u32: how much of the content there is to reach back to
;;       12     4  last        u32: whether the metablock is the last one
;;       16     4  left        u32: how many bytes of the metablock are still to come
;;       20     4  literals    u32: how many literals of it are; how much of a word was written
;;       24     4  copy_len    u32: the length of its copy, as far as that is still to come
;;       28     4  context     u32: that of its distance
;;       32     4  implicit    u32: whether its distance is the last one
;;       36     4  distance    u32: its distance; of a word, its number
;;       40    16  distances   four u32: the last ones, the very last first
;;       56    12  lefts       three u32: what is left of a block: literals, commands, distances
;;       68    12  types       three u32: the types of these blocks
;;       80    12  before      three u32: the types of those before them
;;       92     4  bit         u32: how many bits of the next byte were taken
;;       96     4  consumed    u32: how many whole bytes of the source were
;;      100     4  produced    u32: how many bytes of content were written
;;      104     4  wrong       u32, of the enumeration `wrong`, or 0
;;      108     4  header_at   u32: where in the piece the metablock begins, if header_len is not 0
;;      112     4  header_bit  u32: how many bits of the first byte of the header are none of it
;;      116     4  header_len  u32: in how many bytes it is, if it is in the piece, or 0
;;      120     4  stopped     u32, of the enumeration `verdict`: why a step went no further
(global $DECODE_STATE_SIZE (export "brotli_decode_state_size") i32 (i32.const 124))

;; Enumeration phase
;;   value  name       meaning
;;       0  stream     the size of the window comes next
;;       1  metablock  a metablock does
;;       2  stored     bytes as they are
;;       3  skipped    bytes that are no content
;;       4  command    a command
;;       5  literals   a literal of one, or its distance where there are no more
;;       6  distance   its distance
;;       7  copy       its copy
;;       8  word       a word of the dictionary, or the rest of one
;;       9  end        nothing: the stream has ended
(global $PHASE_STREAM    i32 (i32.const 0))
(global $PHASE_METABLOCK i32 (i32.const 1))
(global $PHASE_STORED    i32 (i32.const 2))
(global $PHASE_SKIPPED   i32 (i32.const 3))
(global $PHASE_COMMAND   i32 (i32.const 4))
(global $PHASE_LITERALS  i32 (i32.const 5))
(global $PHASE_DISTANCE  i32 (i32.const 6))
(global $PHASE_COPY      i32 (i32.const 7))
(global $PHASE_WORD      i32 (i32.const 8))
(global $PHASE_END       i32 (i32.const 9))

;; Enumeration wrong
;;   value  name          meaning
;;       1  ends          the stream ends where it should go on
;;       2  trailing      something follows the end of the stream
;;       3  large_window  it has a window of more than 24 bits
;;       4  length        the length of a metablock has a digit too many
;;       5  reserved      a reserved bit is set
;;       6  padding       bits between the parts of the stream are not 0
;;       7  symbol        a prefix code has a symbol that there is not, or one twice
;;       8  code          the lengths of a prefix code make none
;;       9  map           a context map is longer than it can be
;;      10  block         a block ends where there is no other type
;;      11  distance      a distance reaches before the content, and no word is there
;;      12  overlong      a command is longer than what is left of its metablock
;;      13  room          the content is longer than the room
(global $WRONG_ENDS         i32 (i32.const 1))
(global $WRONG_TRAILING     i32 (i32.const 2))
(global $WRONG_LARGE_WINDOW i32 (i32.const 3))
(global $WRONG_LENGTH       i32 (i32.const 4))
(global $WRONG_RESERVED     i32 (i32.const 5))
(global $WRONG_PADDING      i32 (i32.const 6))
(global $WRONG_SYMBOL       i32 (i32.const 7))
(global $WRONG_CODE         i32 (i32.const 8))
(global $WRONG_MAP          i32 (i32.const 9))
(global $WRONG_BLOCK        i32 (i32.const 10))
(global $WRONG_DISTANCE     i32 (i32.const 11))
(global $WRONG_OVERLONG     i32 (i32.const 12))
(global $WRONG_ROOM         i32 (i32.const 13))

;; What comes of a step.
;;
;; Enumeration verdict
;;   value  name    meaning
;;       0  go_on   it was made
;;       1  source  the source ends before it
;;       2  room    the room does
;;       3  end     the stream has ended
;;       4  fault   the stream is malformed
(global $SOURCE_ENDS i32 (i32.const 1 (;VERDICT.SOURCE;)))
(global $ROOM_ENDS   i32 (i32.const 2 (;VERDICT.ROOM;)))
(global $STREAM_ENDS i32 (i32.const 3 (;VERDICT.END;)))
(global $FAULT       i32 (i32.const 4 (;VERDICT.FAULT;)))
