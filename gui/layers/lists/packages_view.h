// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/base/retranslator.h"
#include "gui/layers/lists/packages_reader.h"
#include "gui/layers/lists/table_list.h"

#include <memory>
#include <optional>

namespace darsena::gui {

/// The packages of an image (dpkg, apk, rpm, npm, pip), or what differs in them between two images or layers. Nothing is
/// read before the view is seen.
class PackagesView : public TableList {
    Q_OBJECT
public:
    explicit PackagesView(const Theme& theme, QWidget* parent = nullptr);

    /// A state of an image: what is there with its first layerCount layers. The stack is kept.
    struct State {
        QPointer<ImageLoader> loader;
        std::shared_ptr<const layers::Stack> stack;
        std::size_t layerCount = 0;
        bool operator==(const State& other) const = default;
    };
    /// What is shown already is not read again.
    void setState(const State& state);
    void setStates(const State& before, const State& after);
    void clear();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void read();
    void describe();
    void takeAll();
    void describeList();
    void describeChanges();
    QString problems() const;

    bool m_comparing = false;
    bool m_wanted = false; ///< to be read once the view is seen
    State m_states[2];
    std::optional<PackagesReader::Found> m_found[2];
    PackagesReader m_readers[2] { PackagesReader(this), PackagesReader(this) };
    /// What the table shows, made in a worker.
    struct Shown {
        std::vector<RowsModel::Row> rows;
        int added = 0, removed = 0; ///< of differences
    };
    std::shared_ptr<const Shown> m_shown;
    int m_done = 0, m_total = 0;
    LatestOnly m_job { this };
    Retranslator m_texts;
};

} // namespace darsena::gui
