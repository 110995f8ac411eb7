// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/name_table.h"

#include <QtTest>

#include <set>

using namespace darsena;
using namespace darsena::network;

namespace {

dns::Query query(const char* name, std::uint16_t type = dns::kTypeA)
{
    dns::Query query;
    query.name = name;
    query.type = type;
    query.queryClass = dns::kClassInternet;
    return query;
}

Address address(const char* text)
{
    return Address::parse(text).value();
}

} // namespace

class TestNameTable : public QObject {
    Q_OBJECT

    NameTable m_table;
    const std::vector<VisibleNetwork> m_both{{"n1", "front"}, {"n2", "back"}};
    const std::vector<VisibleNetwork> m_front{{"n1", "front"}};

    std::string first(const dns::Query& asked, const std::vector<VisibleNetwork>& networks) const
    {
        const auto records = m_table.answer(asked, networks);
        if (!records)
            return "unknown";
        if (records->empty())
            return "none";
        return records->front().address ? records->front().address->text() : records->front().name;
    }

private slots:
    void init()
    {
        m_table.publish("n1", {"c1", {"web", "www"}, address("10.1.0.2"), {}});
        m_table.publish("n2", {"c1", {"web"}, address("10.2.0.2"), address("fd00::2")});
        m_table.publish("n2", {"c2", {"db"}, address("10.2.0.3"), {}});
    }

    void findsNamesOfVisibleNetworks()
    {
        QCOMPARE(first(query("web"), m_both), std::string("10.1.0.2"));
        QCOMPARE(first(query("WWW"), m_both), std::string("10.1.0.2"));
        QCOMPARE(first(query("web.back"), m_both), std::string("10.2.0.2"));
        QCOMPARE(first(query("db"), m_both), std::string("10.2.0.3"));
        QCOMPARE(first(query("db"), m_front), std::string("unknown"));
        QCOMPARE(first(query("web.back"), m_front), std::string("unknown"));
        QCOMPARE(first(query("web"), {}), std::string("unknown"));
        QCOMPARE(first(query(""), m_both), std::string("unknown"));
        QCOMPARE(first(query(".front"), m_both), std::string("unknown"));
    }

    void aliasesAreForWhoHasThemOnly()
    {
        const std::vector<VisibleNetwork> linked{{"n1", "front"}, {"n2", "back", {{"store", "c2"}, {"gone", "c3"}, {"other", "c1"}}}};
        QCOMPARE(first(query("store"), linked), std::string("10.2.0.3"));
        QCOMPARE(first(query("STORE.back"), linked), std::string("10.2.0.3"));
        QCOMPARE(first(query("other"), linked), std::string("10.2.0.2"));
        QCOMPARE(first(query("gone"), linked), std::string("unknown"));
        QCOMPARE(first(query("store"), m_both), std::string("unknown"));
    }

    void aKnownNameWithoutAnAddressOfTheFamilyIsNotAskedElsewhere()
    {
        QCOMPARE(first(query("db", dns::kTypeAaaa), m_both), std::string("none"));
        QCOMPARE(first(query("web.back", dns::kTypeAaaa), m_both), std::string("fd00::2"));
        QCOMPARE(first(query("db", 15), m_both), std::string("none"));
    }

    void findsAddresses()
    {
        QCOMPARE(first(query("2.0.1.10.in-addr.arpa", dns::kTypePtr), m_both), std::string("web.front"));
        QCOMPARE(first(query("3.0.2.10.in-addr.arpa", dns::kTypePtr), m_front), std::string("unknown"));
        QCOMPARE(first(query("9.9.9.9.in-addr.arpa", dns::kTypePtr), m_both), std::string("unknown"));
    }

    void takesTurns()
    {
        m_table.publish("n2", {"c3", {"db"}, address("10.2.0.4"), {}});
        std::set<std::string> seen;
        for (int i = 0; i < 4; ++i)
            seen.insert(first(query("db"), m_both));
        QCOMPARE(seen.size(), std::size_t{2});
        m_table.withdraw("n2", "c3");
    }

    void forgets()
    {
        m_table.publish("n2", {"c2", {"store"}, address("10.2.0.3"), {}});
        QCOMPARE(first(query("db"), m_both), std::string("unknown"));
        QCOMPARE(first(query("store"), m_both), std::string("10.2.0.3"));
        m_table.withdraw("n2", "c2");
        QCOMPARE(first(query("store"), m_both), std::string("unknown"));
        m_table.withdraw("n2", "c2");
    }
};

QTEST_GUILESS_MAIN(TestNameTable)
#include "tst_name_table.moc"
