import COpenSSL
import Foundation

/// A signing key with its certificates, in PEM, the key's own certificate first.
public struct SigningIdentity: Sendable {
  public let certificates: Data
  /// Not encrypted: it is sealed before it is kept.
  public let key: Data

  public init(certificates: Data, key: Data) {
    self.certificates = certificates
    self.key = key
  }

  /// A new key on P-256, with a certificate that it signs itself.
  /// - Parameters:
  ///   - name: who signs, as a reader of the document is shown it.
  ///   - years: how long the certificate is valid.
  /// - Throws: `DocumentError.notSigned`.
  public static func made(
    name: String, organisation: String, from moment: Date, years: Int = 10
  ) throws(DocumentError) -> SigningIdentity {
    let until = moment.addingTimeInterval(Double(years) * 365.25 * 86_400)
    var (certificate, key) = (jalons_bytes(), jalons_bytes())
    // 64 bytes are the most that such a name holds.
    let done = jalons_make_identity(
      Self.cut(name), Self.cut(organisation), time_t(moment.timeIntervalSince1970),
      time_t(until.timeIntervalSince1970), &certificate, &key)
    defer {
      jalons_bytes_free(certificate)
      jalons_bytes_free(key)
    }
    guard done == 1 else { throw .notSigned(detail: "no identity was made") }
    return SigningIdentity(certificates: Data(certificate), key: Data(key))
  }

  /// What the operator gives: PEM with the certificates and the key, or PKCS#12 with its password.
  /// - Throws: `DocumentError.notSigned` where it holds no key, or the password does not open it.
  public static func opened(_ file: Data, password: String?) throws(DocumentError) -> SigningIdentity {
    if file.starts(with: Data("-----".utf8)) {
      let identity = SigningIdentity(certificates: file, key: file)
      guard !identity.certificate.isEmpty, try !CMSSignature.made(of: Data("x".utf8), by: identity).isEmpty else {
        throw .notSigned(detail: "the PEM file has no certificate with its key")
      }
      return identity
    }
    var (certificates, key) = (jalons_bytes(), jalons_bytes())
    let bytes = [UInt8](file)
    let done = jalons_open_pkcs12(bytes, bytes.count, password ?? "", &certificates, &key)
    defer {
      jalons_bytes_free(certificates)
      jalons_bytes_free(key)
    }
    guard done == 1 else { throw .notSigned(detail: "the PKCS#12 file does not open with this password") }
    return SigningIdentity(certificates: Data(certificates), key: Data(key))
  }

  /// The key's own certificate, in DER: by it a signature is known as ours.
  public var certificate: Data { Self.certificate(in: certificates) }

  /// What may be kept open: the certificates without the key, where one PEM file holds both.
  public var certificatesAlone: Data {
    let text = String(decoding: certificates, as: UTF8.self)
    let certificate = #/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/#
    let blocks = text.matches(of: certificate).map { String($0.output) }
    return Data((blocks.joined(separator: "\n") + "\n").utf8)
  }

  /// The first certificate of a PEM text, in DER; empty where there is none.
  public static func certificate(in pem: Data) -> Data {
    let bytes = [UInt8](pem)
    let made = jalons_certificate(bytes, bytes.count)
    defer { jalons_bytes_free(made) }
    return Data(made)
  }

  private static func cut(_ name: String) -> String {
    var short = name
    while short.utf8.count > 64 { short.removeLast() }
    return short
  }
}

/// A detached CAdES signature, CMS in DER.
enum CMSSignature {
  static func made(of content: Data, by identity: SigningIdentity) throws(DocumentError) -> Data {
    let (content, certificates, key) = ([UInt8](content), [UInt8](identity.certificates), [UInt8](identity.key))
    let made = jalons_sign(content, content.count, certificates, certificates.count, key, key.count)
    defer { jalons_bytes_free(made) }
    guard made.data != nil else { throw .notSigned(detail: "CMS") }
    return Data(made)
  }

  /// The signer's certificate in DER, when the signature is of exactly this content; nil otherwise.
  static func signer(of content: Data, signature: Data) -> Data? {
    let (content, signature) = ([UInt8](content), [UInt8](signature))
    var signer = jalons_bytes()
    let valid = jalons_verify(content, content.count, signature, signature.count, &signer)
    defer { jalons_bytes_free(signer) }
    return valid == 1 ? Data(signer) : nil
  }
}

extension Data {
  /// A copy of what the library made.
  fileprivate init(_ bytes: jalons_bytes) {
    self = bytes.data.map { Data(bytes: $0, count: bytes.length) } ?? Data()
  }
}
