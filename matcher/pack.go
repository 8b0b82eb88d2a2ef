package matcher

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
)

// errDamaged says that packed bytes do not read as they were written.
var errDamaged = errors.New("the snapshot is damaged")

// packer writes numbers and strings. A string that comes again is written as its number in a dictionary.
type packer struct {
	bytes   []byte
	spare   []byte // of a piece
	words   []string
	numbers map[string]uint64
	once    []uint64 // by their last bits: hashes of strings that came once, the latest
	seed    maphash.Seed
}

// mostOnce is how many strings are remembered that came once. Those that come often come again before they are forgotten.
const mostOnce = 1 << 18

func newPacker(words []string) *packer {
	p := &packer{words: slices.Clone(words), numbers: make(map[string]uint64, len(words)), once: make([]uint64, mostOnce), seed: maphash.MakeSeed()}
	for i, w := range p.words {
		p.numbers[w] = uint64(i)
	}
	return p
}

func (p *packer) number(n uint64) { p.bytes = binary.AppendUvarint(p.bytes, n) }
func (p *packer) signed(n int64)  { p.bytes = binary.AppendVarint(p.bytes, n) }

func (p *packer) text(s string) {
	p.number(uint64(len(s)))
	p.bytes = append(p.bytes, s...)
}

// word writes a string's number, giving it one.
func (p *packer) word(s string) {
	n, ok := p.numbers[s]
	if !ok {
		n = uint64(len(p.words))
		p.words, p.numbers[s] = append(p.words, s), n
	}
	p.number(n)
}

// known returns the number of a string that came before.
func (p *packer) known(s []byte) (uint64, bool) {
	if n, ok := p.numbers[string(s)]; ok {
		return n, true
	}
	h := maphash.Bytes(p.seed, s)
	if at := &p.once[h%mostOnce]; *at != h {
		*at = h
		return 0, false
	}
	n, word := uint64(len(p.words)), string(s)
	p.words, p.numbers[word] = append(p.words, word), n
	return n, true
}

// packJSON appends compact JSON in which strings, and objects that hold no others, stand as 0xff and their number where they come
// often: all else is UTF-8, where that byte does not occur.
func (p *packer) packJSON(to, b []byte) []byte {
	for i := 0; i < len(b); {
		end := i + 1
		switch b[i] {
		case '{':
			end = endOfObject(b, i)
		case '"':
			end = endOfString(b, i)
		}
		if end > i+1 {
			if n, ok := p.known(b[i:end]); ok {
				to, i = binary.AppendUvarint(append(to, 0xff), n), end
				continue
			}
		}
		if b[i] == '{' {
			end = i + 1 // its strings may be known
		}
		to, i = append(to, b[i:end]...), end
	}
	return to
}

// endOfString returns where a string ends that begins at i.
func endOfString(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// endOfObject returns where an object ends that begins at i; i when it holds others.
func endOfObject(b []byte, i int) int {
	for at := i + 1; ; at++ {
		switch b[at] {
		case '"':
			at = endOfString(b, at) - 1
		case '}':
			return at + 1
		case '{', '[':
			return i
		}
	}
}

// unpackJSON decodes what packJSON appended.
func unpackJSON(b []byte, words []string, v any) error {
	plain := make([]byte, 0, 8*len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != 0xff {
			plain = append(plain, b[i])
			continue
		}
		n, size := binary.Uvarint(b[i+1:])
		if size <= 0 || n >= uint64(len(words)) {
			return errDamaged
		}
		plain = append(plain, words[n]...)
		i += size
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	return nil
}

// unpacker reads what a packer wrote. After the first thing that cannot be, it reads zeros and err says so.
type unpacker struct {
	bytes []byte
	words []string
	err   error
}

func (u *unpacker) number() uint64 {
	if len(u.bytes) > 0 && u.bytes[0] < 0x80 { // nearly all are small
		n := uint64(u.bytes[0])
		u.bytes = u.bytes[1:]
		return n
	}
	n, size := binary.Uvarint(u.bytes)
	if size <= 0 {
		u.fail()
		return 0
	}
	u.bytes = u.bytes[size:]
	return n
}

func (u *unpacker) signed() int64 {
	n, size := binary.Varint(u.bytes)
	if size <= 0 {
		u.fail()
		return 0
	}
	u.bytes = u.bytes[size:]
	return n
}

// count reads a number of things that take a byte each at least, so that nothing is made for a number that is a lie.
func (u *unpacker) count() int { return u.below(uint64(len(u.bytes)) + 1) }

// below reads a number that must be smaller than n.
func (u *unpacker) below(n uint64) int {
	v := u.number()
	if v >= n {
		u.fail()
		return 0
	}
	return int(v)
}

func (u *unpacker) take(n int) []byte {
	if n > len(u.bytes) {
		u.fail()
		return nil
	}
	b := u.bytes[:n:n]
	u.bytes = u.bytes[n:]
	return b
}

func (u *unpacker) text() string { return string(u.take(u.count())) }

func (u *unpacker) word() string {
	if len(u.words) == 0 {
		u.fail()
		return ""
	}
	return u.words[u.below(uint64(len(u.words)))]
}

func (u *unpacker) fail() {
	u.bytes = nil
	if u.err == nil {
		u.err = errDamaged
	}
}
