// Package events keeps facts on NATS JetStream and lets roles put questions to each other over NATS. It is the only package that
// speaks to the broker.
//
// Durability. A publish returns after the broker has the fact on disk (on a majority of disks with Replicas > 1). An error that
// matches [ErrStale] means that nothing was written; any other error of a publish means that the fact may have been written, and
// publishing the same Draft again (same ID, same expectation) is safe: it answers with the sequence of the first success.
//
// Order. The truth stream gives each fact a sequence. [Log.Follow] and [Log.Watch] deliver every fact after a given sequence, each
// once, in order, also across reconnects and restarts of the broker; only erased facts are missing.
//
// Slow readers. Follow and Watch read as fast as deliver returns: a slow reader lags and costs others nothing. Those who follow in one
// process read the end of the log together, by one consumer; who lags there reads alone until they caught up. [Log.Tail] is a plain
// subscription: a reader that lags by 64 MB loses messages. [Log.Consume] hands out each fact at least once, one at a time, retries with a delay and
// sets aside what fails for good as a dead letter; facts that wait for a retry are overtaken by later ones.
//
// Questions. [Ask] waits for one answer and gets an hiring.Error as the answering side made it. A question may be answered though
// the asker gave up: commands therefore carry ids.
package events
