// Package match compares the kernel with what else could answer its queries, in one run: 'make bench-match'. It has tests only.
package match
