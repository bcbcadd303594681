def test_life(cast):
    c = cast.delivered()
    assert c.status == "delivered"
    v = cast.voided()
    assert v.status == "void"
    from certificates.verification import differences
    from journal import chain

    assert list(differences()) == []
    r = chain.read()
    assert r.broken_at is None and r.entries > 10
    cast.issued(cast.carrier)
