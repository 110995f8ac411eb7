// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dns_message.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace darsena;
using namespace darsena::network;

namespace {

using Bytes = std::vector<std::uint8_t>;

void append(Bytes& out, std::string_view text)
{
    out.insert(out.end(), text.begin(), text.end());
}

/// A request for a name given as labels with their lengths: "\3web\3lan".
Bytes request(std::string_view labels, std::uint8_t type = 1)
{
    Bytes out{0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    append(out, labels);
    append(out, std::string_view("\0\0", 2));
    out.insert(out.end(), {type, 0, 1});
    return out;
}

Bytes withEdns(Bytes message, std::uint16_t size)
{
    message[11] = 1;
    message.insert(message.end(), {0, 0, 41, std::uint8_t(size >> 8), std::uint8_t(size), 0, 0, 0, 0, 0, 0});
    return message;
}

} // namespace

class TestDnsMessage : public QObject {
    Q_OBJECT

private slots:
    void readsQuestions()
    {
        const auto query = dns::parseQuery(request("\3WeB\3lan", 28));
        QVERIFY(query.ok());
        QCOMPARE(query->id, std::uint16_t{0x1234});
        QVERIFY(query->recursionDesired);
        QCOMPARE(query->name, std::string("web.lan"));
        QCOMPARE(query->type, dns::kTypeAaaa);
        QCOMPARE(query->maxAnswer, std::uint16_t{512});
        QCOMPARE(dns::parseQuery(withEdns(request("\1a"), 1232))->maxAnswer, std::uint16_t{1232});
        QCOMPARE(dns::parseQuery(withEdns(request("\1a"), 65535))->maxAnswer, std::uint16_t{4096});
        QCOMPARE(dns::parseQuery(withEdns(request("\1a"), 0))->maxAnswer, std::uint16_t{512});
        // A dot inside a label is none between labels.
        QCOMPARE(dns::parseQuery(request("\3a.b"))->name, std::string("a\\046b"));
        QCOMPARE(dns::parseQuery(request(""))->name, std::string(""));
    }

    void refusesMalformedOnes()
    {
        const Bytes good = request("\3web");
        for (std::size_t length = 0; length < good.size(); ++length)
            QVERIFY(!dns::parseQuery(std::span(good).first(length)).ok());
        Bytes bad = good;
        bad[2] |= 0x80; // an answer
        QVERIFY(!dns::parseQuery(bad).ok());
        QVERIFY(dns::makeRefusal(bad, dns::Code::FormatError).empty());
        bad = good;
        bad[5] = 2; // two questions
        QVERIFY(!dns::parseQuery(bad).ok());
        QCOMPARE(dns::makeRefusal(bad, dns::Code::FormatError).size(), std::size_t{12});
        bad = good;
        bad[12] = 0xc0; // a name that points to itself
        bad[13] = 12;
        QVERIFY(!dns::parseQuery(bad).ok());
        // A name of more than 255 bytes.
        std::string labels;
        for (int i = 0; i < 5; ++i)
            labels += "\x3f" + std::string(63, 'a');
        QVERIFY(!dns::parseQuery(request(labels)).ok());
    }

    void survivesNoise()
    {
        QRandomGenerator random(1);
        const Bytes good = withEdns(request("\3web\7example"), 1232);
        for (int round = 0; round < 20000; ++round) {
            Bytes message = good;
            const int changes = random.bounded(1, 6);
            for (int i = 0; i < changes; ++i)
                message[std::size_t(random.bounded(int(message.size())))] = std::uint8_t(random.bounded(256));
            message.resize(std::size_t(random.bounded(int(message.size()) + 1)));
            const auto query = dns::parseQuery(message);
            if (query) {
                QVERIFY(query->questionEnd <= message.size());
                QVERIFY(dns::makeAnswer(message, *query, dns::Code::Fine, {}, 512).size() <= message.size());
            }
            (void)dns::makeRefusal(message, dns::Code::FormatError);
            (void)dns::answers(message, good, query ? std::min(query->questionEnd, good.size()) : 20);
        }
    }

    void writesAnswers()
    {
        const Bytes asked = request("\3web");
        const auto query = dns::parseQuery(asked).value();
        const Bytes answer = dns::makeAnswer(asked, query, dns::Code::Fine, {{Address::parse("172.18.0.2").value(), {}}}, 512);
        Bytes wanted{0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0};
        wanted.insert(wanted.end(), asked.begin() + 12, asked.end());
        wanted.insert(wanted.end(), {0xc0, 12, 0, 1, 0, 1, 0, 0, 2, 0x58, 0, 4, 172, 18, 0, 2});
        QCOMPARE(answer, wanted);
        QVERIFY(dns::answers(answer, asked, query.questionEnd));
        Bytes other = answer;
        other[13] = 'x';
        QVERIFY(!dns::answers(other, asked, query.questionEnd));
        other = answer;
        other[0] = 0;
        QVERIFY(!dns::answers(other, asked, query.questionEnd));
        other = answer;
        other[13] = 'W'; // letters of either case are the same name
        QVERIFY(dns::answers(other, asked, query.questionEnd));
    }

    void cutsLongAnswers()
    {
        const Bytes asked = request("\3web");
        const auto query = dns::parseQuery(asked).value();
        const std::vector<dns::Record> many(100, {Address::parse("172.18.0.2").value(), {}});
        const Bytes answer = dns::makeAnswer(asked, query, dns::Code::Fine, many, 512);
        QVERIFY(answer.size() <= 512);
        QVERIFY((answer[2] & 2) != 0);
        QVERIFY(answer[7] > 20 && answer[7] < 100);
        const Bytes whole = dns::makeAnswer(asked, query, dns::Code::Fine, many, 65535);
        QCOMPARE(int(whole[7]), 100);
        QVERIFY((whole[2] & 2) == 0);
    }

    void readsReverseNames()
    {
        QCOMPARE(dns::addressOfReverseName("2.0.18.172.in-addr.arpa")->text(), std::string("172.18.0.2"));
        QCOMPARE(dns::addressOfReverseName("5.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.7.0.0.0.0.d.f.ip6.arpa")->text(), std::string("fd00:77::55"));
        for (const char* bad : {"", "web", "in-addr.arpa", ".in-addr.arpa", "1.2.3.in-addr.arpa", "256.0.0.1.in-addr.arpa", "1.2.3.4.5.in-addr.arpa",
                 "1.0.0.ip6.arpa", "x.0.18.172.in-addr.arpa", "..18.172.in-addr.arpa"})
            QVERIFY2(!dns::addressOfReverseName(bad), bad);
    }
};

QTEST_GUILESS_MAIN(TestDnsMessage)
#include "tst_dns_message.moc"
