// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSplitter>

namespace darsena::gui {

class Settings;

/// A splitter with a one-pixel line that is still easy to grab, and that remembers its sizes under a name.
class Splitter : public QSplitter {
    Q_OBJECT
public:
    /// @p name is unique in the studio ("build/main"); call restore() once the parts are in.
    Splitter(Qt::Orientation orientation, Settings& settings, QString name, QWidget* parent = nullptr);

    void restore(const QList<int>& defaultSizes);

protected:
    QSplitterHandle* createHandle() override;

private:
    Settings& m_settings;
    QString m_name;
};

} // namespace darsena::gui
