package records

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"matchday/hiring"
)

const bufferSize = 64 << 10

var (
	gzipMagic = []byte{0x1f, 0x8b}
	utf8Mark  = []byte{0xef, 0xbb, 0xbf}
)

// open unpacks gzip and skips a byte order mark.
func (f Framer) open(r io.Reader) (*bufio.Reader, error) {
	body := bufio.NewReaderSize(r, bufferSize)
	if start, _ := body.Peek(2); bytes.Equal(start, gzipMagic) { // an error of the reader comes again when it is read
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, damaged(err)
		}
		left := f.Unpacked
		if left <= 0 {
			left = MaxUnpacked
		}
		body = bufio.NewReaderSize(&unpacker{z: z, left: left, limit: left}, bufferSize)
	}
	start, _ := body.Peek(3)
	switch {
	case bytes.Equal(start, utf8Mark):
		_, _ = body.Discard(3)
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}), bytes.HasPrefix(start, []byte{0xfe, 0xff}):
		return nil, hiring.Errorf(hiring.Invalid, "the text is UTF-16").Mend("save it as UTF-8")
	}
	return body, nil
}

// unpacker reads a gzip stream up to a limit, so that a small body cannot become an endless one.
type unpacker struct {
	z           *gzip.Reader
	left, limit int64
}

// Read unpacks into p.
func (u *unpacker) Read(p []byte) (int, error) {
	if u.left < 0 {
		return 0, u.tooLarge()
	}
	if int64(len(p)) > u.left+1 {
		p = p[:u.left+1] // one more than allowed tells a stream that ends at the limit from one that goes on
	}
	n, err := u.z.Read(p)
	u.left -= int64(n)
	if u.left < 0 {
		return n - 1, u.tooLarge()
	}
	return n, damaged(err)
}

func (u *unpacker) tooLarge() error {
	return hiring.Errorf(hiring.TooLarge, "the gzip stream unpacks to more than %d bytes", u.limit).Mend("split the file")
}

// damaged turns what gzip says of a bad stream into an error for its sender, and passes any other error of the reader on.
func damaged(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return err
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, io.ErrUnexpectedEOF):
		return hiring.Errorf(hiring.Invalid, "the gzip stream is damaged or cut off").Mend("send the file again")
	}
	return fmt.Errorf("unpacking: %w", err)
}
