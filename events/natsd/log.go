package natsd

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// slogger hands the server's warnings and errors to slog and drops the rest.
type slogger struct{ to *slog.Logger }

func (s *slogger) Noticef(string, ...any)         {}
func (s *slogger) Debugf(string, ...any)          {}
func (s *slogger) Tracef(string, ...any)          {}
func (s *slogger) Errorf(format string, v ...any) { s.log(slog.LevelError, format, v) }
func (s *slogger) Fatalf(format string, v ...any) { s.log(slog.LevelError, format, v) }

// Warnf passes warnings on, but for the one about passwords that are not hashed: ours are derived at each start and stand in no file.
func (s *slogger) Warnf(format string, v ...any) {
	if !strings.HasPrefix(format, "Plaintext passwords detected") {
		s.log(slog.LevelWarn, format, v)
	}
}

func (s *slogger) log(level slog.Level, format string, v []any) {
	if s.to != nil {
		s.to.Log(context.Background(), level, "broker: "+fmt.Sprintf(format, v...))
	}
}
