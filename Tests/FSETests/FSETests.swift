import Testing

@testable import FSE
