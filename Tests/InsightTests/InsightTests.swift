import Testing

@testable import Insight
