package table

import (
	"fmt"
	"strings"
)

// secretWords make a column one that is never read: what signs people in, what
// proves that they are who they say, and pictures of them. Names are compared
// as fold leaves them.
var secretWords = []string{
	"password", "passwd", "passphrase", "unicodepwd", "dbcspwd", "pwdhistory", "lmhash", "nthash", "hashfunction", "credential",
	"secret", "token", "privatekey", "recoverycode", "backupcode", "verificationcode", "totp", "mfa", "2faseed",
	"securityquestion", "recoveryquestion", "securityanswer", "recoveryanswer", "authenticationphone", "authenticationalternativephone",
	"authenticationemail", "jpegphoto", "thumbnailphoto", "thumbnaillogo", "photo", "picture", "usercertificate", "usersmimecertificate",
	"userpkcs12", "sshpublickey", "krbprincipalkey", "audio",
}

// Secret reports whether a column, or an attribute of a directory, holds what
// is never read, shown or stored: passwords and their hashes, what a second
// factor is made of, keys, answers to recovery questions, photos. It goes by
// the name and rather says yes once too often.
func Secret(name string) bool {
	name = strings.ReplaceAll(fold(name), "secretary", "") // an assistant, not a secret
	for _, w := range secretWords {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// SecretColumn refuses to read such a column.
func SecretColumn(name string) error {
	return &FieldsError{Message: fmt.Sprintf("the column “%s” holds secrets, which are never read", Short(name)), Hint: "name another column"}
}
