import Testing

@testable import Gatehouse

@Suite struct BoundedCacheTests {
    @Test func `the older half is forgotten when the other is full`() {
        var cache = BoundedCache<Int, String>(half: 3)
        for number in 1...6 { #expect(cache.remember("\(number)", for: number).isEmpty) }
        #expect((1...6).allSatisfy { cache[$0] == "\($0)" })
        #expect(Set(cache.remember("7", for: 7).keys) == [1, 2, 3])
        #expect((1...3).allSatisfy { cache[$0] == nil })
        #expect((4...7).allSatisfy { cache[$0] == "\($0)" })
    }

    @Test func `storing a key again replaces its value, and nothing is forgotten`() {
        var cache = BoundedCache<Int, String>(half: 1)
        #expect(cache.remember("one", for: 1).isEmpty)
        #expect(cache.remember("two", for: 2).isEmpty)
        #expect(cache.remember("new", for: 2).isEmpty)
        #expect(cache[1] == "one")
        #expect(cache[2] == "new")
    }
}
