# Signed and encrypted messages (S/MIME).
smime-title = S/MIME
smime-signed-by = Messages signed with
smime-encrypted-to = Messages encrypted to
smime-was-signed = Signed by { $by }
smime-was-encrypted = Encrypted to { $to }
smime-was-both = Signed by { $by }, then encrypted to { $to }
smime-cannot-sign = Messages cannot be signed with this certificate. { $why }
smime-cannot-encrypt = Messages cannot be encrypted to the gateway’s certificate. { $why }
smime-not-valid = It holds from { $from } to { $to }.
smime-not-for-signing = By its usages it was not made to sign mail.
smime-not-for-encryption = By its usages it was not made for mail to be encrypted to it.
smime-bad-key = Keys of its kind are not used here ({ $kind }).

help-smime-sign = Sign messages (S/MIME) with this identity, one for mail or a client’s that may
help-smime-encrypt = Encrypt messages (S/MIME) to the gateway’s certificate in this file, PEM or DER

# In the account's settings.
smime-form-detail = Signs and encrypts each message on this computer, for gateways that understand it. TLS stays forced all the same.
smime-form-sign = Messages are signed with
smime-form-nobody = Not signed
smime-form-no-signer = There is no certificate of your own for mail yet: make or import one under Certificates.
smime-form-encrypt = Gateway’s certificate that messages are encrypted to, if any
