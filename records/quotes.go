package records

// quoting is where in a row a scan stands.
type quoting int

const (
	outside quoting = iota // of quotes, at the start of a cell
	bare                   // in a cell without quotes
	inside                 // of quotes
	closed                 // just after a quote inside: the end of the cell, or the first of a doubled quote
	broken                 // the cell goes on after its closing quote
)

// scan follows the quotes through one line. A quote in a cell without quotes is text, as in 5" pipe.
func (t *table) scan(state quoting, text []byte) quoting {
	t.scanned += len(text)
	for _, c := range text {
		switch {
		case state == inside:
			if c == '"' {
				state = closed
			}
		case state == closed && c == '"', state == outside && c == '"':
			state = inside
		case c == t.comma:
			state = outside
		case state == closed:
			return broken
		default:
			state = bare
		}
	}
	return state
}

// delimiter returns what most often separates the cells of a header.
func delimiter(header []byte) byte {
	count := map[byte]int{}
	quoted := false
	for _, c := range header {
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			count[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}
