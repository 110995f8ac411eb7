<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>FileContent</name>
    <message numerus="yes">
        <source>%1 archive, %Ln entries</source>
        <translation>
            <numerusform>%1 archive, %Ln entry</numerusform>
            <numerusform>%1 archive, %Ln entries</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FixText</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::ContainersPage</name>
    <message numerus="yes">
        <source>Remove %n container(s)?</source>
        <translation>
            <numerusform>Remove %n container?</numerusform>
            <numerusform>Remove %n containers?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::ContextView</name>
    <message numerus="yes">
        <source>%n file(s) are sent: %1.</source>
        <translation>
            <numerusform>%n file is sent: %1.</numerusform>
            <numerusform>%n files are sent: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>.dockerignore leaves out %n entries.</source>
        <translation>
            <numerusform>.dockerignore leaves out %n entry.</numerusform>
            <numerusform>.dockerignore leaves out %n entries.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::DuplicatesView</name>
    <message numerus="yes">
        <source>%Ln file(s) are stored at more than one place. Links instead of copies would spare %1.</source>
        <translation>
            <numerusform>%Ln file is stored at more than one place. Links instead of copies would spare %1.</numerusform>
            <numerusform>%Ln files are stored at more than one place. Links instead of copies would spare %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::EditorTabs</name>
    <message numerus="yes">
        <source>%n file(s) are open; close one first.</source>
        <translation>
            <numerusform>%n file is open; close one first.</numerusform>
            <numerusform>%n files are open; close one first.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::Exchange</name>
    <message numerus="yes">
        <source>the engine has not answered for %n second(s)</source>
        <translation>
            <numerusform>the engine has not answered for %n second</numerusform>
            <numerusform>the engine has not answered for %n seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::FileCompare</name>
    <message numerus="yes">
        <source>%Ln change(s)</source>
        <translation>
            <numerusform>%Ln change</numerusform>
            <numerusform>%Ln changes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::FileDelegate</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::FileDetails</name>
    <message numerus="yes">
        <source>%1 in %Ln file(s)</source>
        <translation>
            <numerusform>%1 in %Ln file</numerusform>
            <numerusform>%1 in %Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::FindBar</name>
    <message numerus="yes">
        <source>%n place(s) replaced.</source>
        <translation>
            <numerusform>%n place replaced.</numerusform>
            <numerusform>%n places replaced.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::GraphView</name>
    <message numerus="yes">
        <source>%n stage(s)</source>
        <translation>
            <numerusform>%n stage</numerusform>
            <numerusform>%n stages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::ImagesPage</name>
    <message numerus="yes">
        <source>Remove %n image(s)?</source>
        <translation>
            <numerusform>Remove %n image?</numerusform>
            <numerusform>Remove %n images?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::JsonTreeModel</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <extracomment>How many a list or an object of a JSON document holds.</extracomment>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::LayerDetails</name>
    <message numerus="yes">
        <source>%1 in %Ln file(s)</source>
        <translation>
            <numerusform>%1 in %Ln file</numerusform>
            <numerusform>%1 in %Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::LayersView</name>
    <message numerus="yes">
        <source>%1 of %Ln path(s)</source>
        <translation>
            <numerusform>%1 of %Ln path</numerusform>
            <numerusform>%1 of %Ln paths</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln path(s)</source>
        <translation>
            <numerusform>%Ln path</numerusform>
            <numerusform>%Ln paths</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::LogPanel</name>
    <message numerus="yes">
        <source>%n line(s)</source>
        <comment>lines of a log that match a search</comment>
        <translation>
            <numerusform>%n line</numerusform>
            <numerusform>%n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::PackagesView</name>
    <message numerus="yes">
        <source>%Ln package(s) are installed.</source>
        <translation>
            <numerusform>%Ln package is installed.</numerusform>
            <numerusform>%Ln packages are installed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln package(s) are installed in both, in the same versions.</source>
        <translation>
            <numerusform>%Ln package is installed in both, in the same version.</numerusform>
            <numerusform>%Ln packages are installed in both, in the same versions.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::SizeMap</name>
    <message numerus="yes">
        <source>%1 · %2 in %Ln file(s)</source>
        <translation>
            <numerusform>%1 · %2 in %Ln file</numerusform>
            <numerusform>%1 · %2 in %Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::SpecialFilesView</name>
    <message numerus="yes">
        <source>%Ln program(s) run with another user&apos;s rights.</source>
        <translation>
            <numerusform>%Ln program runs with another user&apos;s rights.</numerusform>
            <numerusform>%Ln programs run with another user&apos;s rights.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln other path(s) may be written by everybody.</source>
        <translation>
            <numerusform>%Ln other path may be written by everybody.</numerusform>
            <numerusform>%Ln other paths may be written by everybody.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::StatusStrip</name>
    <message numerus="yes">
        <source>%n running</source>
        <extracomment>Containers that run</extracomment>
        <translation>
            <numerusform>%n running</numerusform>
            <numerusform>%n running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problem</numerusform>
            <numerusform>%n problems</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::Texts</name>
    <message numerus="yes">
        <source>%n minute(s) ago</source>
        <translation>
            <numerusform>%n minute ago</numerusform>
            <numerusform>%n minutes ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s) ago</source>
        <translation>
            <numerusform>%n hour ago</numerusform>
            <numerusform>%n hours ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>%n day ago</numerusform>
            <numerusform>%n days ago</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::TreeToolbar</name>
    <message numerus="yes">
        <source>%Ln added</source>
        <translation>
            <numerusform>%Ln added</numerusform>
            <numerusform>%Ln added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln changed</source>
        <translation>
            <numerusform>%Ln changed</numerusform>
            <numerusform>%Ln changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln with only metadata changed</source>
        <translation>
            <numerusform>%Ln with only metadata changed</numerusform>
            <numerusform>%Ln with only metadata changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln removed</source>
        <translation>
            <numerusform>%Ln removed</numerusform>
            <numerusform>%Ln removed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln unchanged</source>
        <translation>
            <numerusform>%Ln unchanged</numerusform>
            <numerusform>%Ln unchanged</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::WastePane</name>
    <message numerus="yes">
        <source>and %Ln more, smaller ones</source>
        <translation>
            <numerusform>and %Ln more, a smaller one</numerusform>
            <numerusform>and %Ln more, smaller ones</numerusform>
        </translation>
    </message>
</context>
</TS>
