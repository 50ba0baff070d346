// Package mail writes messages as mail: to text, to an mbox file (the mboxo
// form of RFC 4155) and to an SMTP server. It knows nothing of outboxes: what
// is sent is told to the caller, one message at a time, so that it can be put
// on record before the next.
//
// Whatever stands in a name, a subject or a body, a message has exactly the
// header lines that this package gives it: control characters never reach a
// header, an address that is not plain is refused, and no line of a body is
// taken for a mailbox's separator or a server's end of data.
package mail
