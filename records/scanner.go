package records

import "bytes"

// scanner finds where JSON values begin and end by following brackets and strings only. It does not recurse and does not care
// whether what stands between brackets is well formed, so it may look at anything.
type scanner struct{ text []byte }

const jsonSpace = " \t\r\n"

// at returns the byte at i, 0 beyond the end.
func (s scanner) at(i int) byte {
	if i >= len(s.text) {
		return 0
	}
	return s.text[i]
}

// space returns the offset of the first byte from i on that is not white space.
func (s scanner) space(i int) int {
	for i < len(s.text) && (s.text[i] == ' ' || s.text[i] == '\t' || s.text[i] == '\r' || s.text[i] == '\n') {
		i++
	}
	return i
}

// end returns the offset after the value that starts at i, -1 when none starts there or it is never closed.
func (s scanner) end(i int) int {
	switch s.at(i) {
	case 0:
		return -1
	case '"':
		return s.endOfString(i)
	case '{', '[':
		return s.endOfBrackets(i)
	}
	switch n := bytes.IndexAny(s.text[i:], `,:"{}[]`+jsonSpace); n {
	case 0:
		return -1
	case -1:
		return len(s.text)
	default: // a number, true, false, null, or what is meant to be one
		return i + n
	}
}

func (s scanner) endOfString(i int) int {
	for i++; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

func (s scanner) endOfBrackets(i int) int {
	for depth := 0; i < len(s.text); i++ {
		switch s.text[i] {
		case '"':
			after := s.endOfString(i)
			if after < 0 {
				return -1
			}
			i = after - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// span is a piece of the text: [from, to).
type span struct{ from, to int }

// members returns where the values of "@graph" and "@context" stand in the object in [i, end), zero for one that it lacks; false
// when it is no object, cannot be followed, or names one of them twice.
func (s scanner) members(i, end int) (graph, context span, ok bool) {
	if s.at(i) != '{' {
		return graph, context, false
	}
	for i = s.space(i + 1); s.at(i) == '"'; {
		key := span{i, s.end(i)}
		if key.to < 0 {
			return graph, context, false
		}
		if i = s.space(key.to); s.at(i) != ':' {
			return graph, context, false
		}
		value := span{s.space(i + 1), 0}
		if value.to = s.end(value.from); value.to < 0 || value.to >= end {
			return graph, context, false
		}
		var of *span
		switch string(s.text[key.from:key.to]) {
		case `"@graph"`:
			of = &graph
		case `"@context"`:
			of = &context
		}
		if of != nil && *of != (span{}) {
			return graph, context, false
		}
		if of != nil {
			*of = value
		}
		if i = s.space(value.to); s.at(i) == ',' {
			i = s.space(i + 1)
		}
	}
	return graph, context, s.at(i) == '}' && i+1 == end
}

// deeper reports whether brackets nest deeper than limit.
func (s scanner) deeper(limit int) bool {
	for i, depth := 0, 0; i < len(s.text); i++ {
		switch s.text[i] {
		case '"':
			after := s.endOfString(i)
			if after < 0 {
				return false
			}
			i = after - 1
		case '{', '[':
			if depth++; depth > limit {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}
