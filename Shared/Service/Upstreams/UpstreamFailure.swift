import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// Why a copy gave no answer.
public enum UpstreamFailure: Error, Equatable {
  /// It could not be reached: nothing was sent.
  case refused
  /// It takes connections and answers nothing, not even whether it lives.
  case silent
  /// It lives and did not answer in time.
  case late
  /// The connection ended before the answer: whether it acted is unknown.
  case lost

  public init(_ error: any Error) {
    switch error {
    case let failure as UpstreamFailure: self = failure
    case is NIOConnectionError: self = .refused
    case let error as IOError where error.errnoCode == ECONNREFUSED: self = .refused
    case let error as HTTPClientError where error == .connectTimeout: self = .refused
    case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout: self = .late
    default: self = .lost
    }
  }
}
