package main

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/domain/auditlog"
	"countersign/export/report"
)

// keyVariable names the environment variable with the file of the signing key, for
// the console and for cron.
const keyVariable = "COUNTERSIGN_KEY"

// publicSuffix ends the name of the public key's file, beside the private one's.
const publicSuffix = ".pub"

func (e *env) logKeysCmd() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "keys NAME",
		Short: "Make the pair of keys that signs checkpoints",
		Long: `Keys makes an Ed25519 key to sign checkpoints with: the private one goes to FILE, which only you may
read, the public one to FILE.pub, for whoever checks. NAME says whose key it is, such as
acme.example/countersign. Keep the private key where nobody who can write the database can read it:
a checkpoint signed with it was made by whoever holds it, wherever the checkpoint was kept.

log checkpoint and export package sign with --key FILE, or with the key that ` + keyVariable + ` names, as
the console does; verify --signer FILE.pub takes nothing that is not signed with it.`,
		Example: "  countersign log keys acme.example/countersign --out ~/safe/acme.key",
		Args:    between(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if out == "" || out == "-" {
				return domain.Errorf(domain.Invalid, "it is not said where the private key goes").Hinted("name a new file with --out FILE")
			}
			keys, err := auditlog.GenerateKeys(args[0])
			if err != nil {
				return keyRefusal("the name", err)
			}
			return e.writeKeys(out, keys)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "the new `FILE` of the private key; the public one is FILE"+publicSuffix)
	return e.jsonFlag(cmd)
}

// keysJSON is the answer of log keys.
type keysJSON struct {
	Private string `json:"private_file"`
	Public  string `json:"public_file"`
	Key     string `json:"public_key"`
}

// writeKeys writes both keys, or none.
func (e *env) writeKeys(path string, keys auditlog.Keys) error {
	if err := createFile(path, lineTo(keys.Private)); err != nil {
		return err
	}
	if err := createFile(path+publicSuffix, lineTo(keys.Public)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	p := &page{}
	p.line("%s signs: keep it secret, and away from the database", path)
	p.line("%s checks: give it to your auditor", path+publicSuffix)
	p.line("%s", keys.Public)
	return (&session{env: e}).answer(keysJSON{path, path + publicSuffix, keys.Public}, p)
}

// keyRefusal says what package auditlog has against what is named.
func keyRefusal(what string, err error) error {
	var a *auditlog.Error
	if !errors.As(err, &a) {
		return err
	}
	return domain.Errorf(domain.Invalid, "%s: %s", what, strings.TrimSuffix(a.Message, ".")).Hinted("%s", strings.TrimSuffix(a.Hint, "."))
}

func lineTo(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text+"\n")
		return err
	}
}

// keyFlag adds --key to a command that writes a checkpoint.
func keyFlag(cmd *cobra.Command, key *string) {
	cmd.Flags().StringVar(key, "key", "", "sign the checkpoint with the private key in `FILE` (else with the one that "+keyVariable+" names)")
}

// signerFlag adds --signer to a command that reads a checkpoint.
func signerFlag(cmd *cobra.Command, signer *string) {
	cmd.Flags().StringVar(signer, "signer", "", "the `FILE` with the public key that must have signed the checkpoint")
}

// seal writes checkpoints signed with the key in a file, or where none is named with
// the one that the environment names; unsigned where that names none either.
func (s *session) seal(key string) (report.Seal, error) {
	if key == "" {
		key = s.getenv(keyVariable)
	}
	if key == "" {
		return func(cp auditlog.Checkpoint) ([]byte, error) { return auditlog.Format(cp) }, nil
	}
	raw, err := s.readFile(key)
	if err != nil {
		return nil, err
	}
	signer, err := auditlog.NewSigner(strings.TrimSpace(string(raw)))
	if err != nil {
		return nil, keyRefusal(key, err)
	}
	return func(cp auditlog.Checkpoint) ([]byte, error) { return auditlog.Format(cp, signer) }, nil
}

// verifiers are the keys of which one must have signed; none where no file is named.
func (s *session) verifiers(signer string) ([]auditlog.Verifier, error) {
	if signer == "" {
		return nil, nil
	}
	raw, err := s.readFile(signer)
	if err != nil {
		return nil, err
	}
	v, err := auditlog.NewVerifier(strings.TrimSpace(string(raw)))
	if err != nil {
		return nil, keyRefusal(signer, err)
	}
	return []auditlog.Verifier{v}, nil
}

// readCheckpoint reads a checkpoint file, which the key in the file signer must have
// signed where one is named. A checkpoint that is none, or not signed so, is Invalid.
func (s *session) readCheckpoint(file, signer string) (auditlog.Checkpoint, error) {
	raw, err := s.readFile(file)
	if err != nil {
		return auditlog.Checkpoint{}, err
	}
	known, err := s.verifiers(signer)
	if err != nil {
		return auditlog.Checkpoint{}, err
	}
	read := auditlog.Parse
	if len(known) > 0 {
		read = auditlog.Open
	}
	signed, err := read(raw, known...)
	switch auditlog.CodeOf(err) {
	case auditlog.Unsigned, auditlog.UnknownKey, auditlog.BadSignature:
		return auditlog.Checkpoint{}, keyRefusal(file, err)
	}
	if err != nil {
		return auditlog.Checkpoint{}, domain.Errorf(domain.Invalid, "%s is no checkpoint: %v", file, err).
			Hinted("it is what countersign log checkpoint --out FILE writes")
	}
	return signed.Checkpoint, nil
}

// signedWith says whose signature a held checkpoint was asked to have, and has.
func (p *page) signedWith(signer string) {
	if signer != "" {
		p.line("the checkpoint is signed with the key in %s", signer)
	}
}

// signsNothing refuses --signer where there is no checkpoint that it could be about.
func signsNothing() error {
	return domain.Errorf(domain.Invalid, "--signer is given, and no checkpoint that it would be about").Hinted("give --checkpoint FILE too")
}
