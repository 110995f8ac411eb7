<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es">
<context>
    <name>Confirm</name>
    <message>
        <source>Remove</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>ElfFacts</name>
    <message>
        <source>machine %1</source>
        <translation>máquina %1</translation>
    </message>
    <message>
        <source>64-bit</source>
        <translation>64 bits</translation>
    </message>
    <message>
        <source>32-bit</source>
        <translation>32 bits</translation>
    </message>
    <message>
        <source>object file</source>
        <translation>archivo objeto</translation>
    </message>
    <message>
        <source>program</source>
        <translation>programa</translation>
    </message>
    <message>
        <source>dynamically linked</source>
        <translation>enlazado dinámicamente</translation>
    </message>
    <message>
        <source>statically linked</source>
        <translation>enlazado estáticamente</translation>
    </message>
    <message>
        <source>shared library</source>
        <translation>biblioteca compartida</translation>
    </message>
    <message>
        <source>core dump</source>
        <translation>volcado de memoria</translation>
    </message>
</context>
<context>
    <name>FileContent</name>
    <message>
        <source> … %1 more</source>
        <translation> … %1 más</translation>
    </message>
    <message>
        <source>This drawing refers to other files or is too large to be drawn safely; here is its text.</source>
        <translation>Este dibujo remite a otros archivos o es demasiado grande para dibujarlo con seguridad; aquí está su texto.</translation>
    </message>
    <message>
        <source>SVG drawing</source>
        <translation>dibujo SVG</translation>
    </message>
    <message>
        <source>%1, %2 × %3</source>
        <translation>%1, %2 × %3</translation>
    </message>
    <message>
        <source>This picture is damaged or too large to be shown.</source>
        <translation>Esta imagen está dañada o es demasiado grande para mostrarla.</translation>
    </message>
    <message>
        <source>The list is not complete: the archive goes on, or is damaged from here.</source>
        <translation>La lista no está completa: el archivo continúa, o está dañado a partir de aquí.</translation>
    </message>
    <message>
        <source>compressed text, unpacked to be read</source>
        <translation>texto comprimido, desempaquetado para leerlo</translation>
    </message>
    <message>
        <source>text, %1</source>
        <translation>texto, %1</translation>
    </message>
    <message>
        <source>binary data</source>
        <translation>datos binarios</translation>
    </message>
    <message>
        <source>%1 image</source>
        <comment>of a format: PNG image</comment>
        <translation>imagen %1</translation>
    </message>
    <message numerus="yes">
        <source>%1 archive, %Ln entries</source>
        <translation>
            <numerusform>archivo %1, %Ln entrada</numerusform>
            <numerusform>archivo %1, %Ln entradas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FixText</name>
    <message>
        <source>Remove it in the same RUN (line %1)</source>
        <translation>Eliminarlo en el mismo RUN (línea %1)</translation>
    </message>
    <message>
        <source>Join the RUN lines %1 to %2</source>
        <translation>Unir las líneas RUN de la %1 a la %2</translation>
    </message>
    <message>
        <source>Let COPY set owner and mode</source>
        <translation>Dejar que COPY ponga el propietario y los permisos</translation>
    </message>
    <message>
        <source>Create the user before COPY, and let COPY set the owner</source>
        <translation>Crear el usuario antes de COPY y dejar que COPY ponga el propietario</translation>
    </message>
    <message>
        <source>Keep the downloads in a cache mount</source>
        <translation>Guardar las descargas en un montaje de caché</translation>
    </message>
    <message>
        <source>Mount it in the RUN instead of copying it</source>
        <translation>Montarlo en el RUN en vez de copiarlo</translation>
    </message>
    <message>
        <source>Add %1 to .dockerignore</source>
        <translation>Añadir %1 a .dockerignore</translation>
    </message>
    <message>
        <source>Move the build to its own stage</source>
        <translation>Llevar la construcción a su propia etapa</translation>
    </message>
    <message>
        <source>Use a smaller or a newer base image</source>
        <translation>Usar una imagen base más pequeña o más reciente</translation>
    </message>
    <message>
        <source>Write it once: line %1 stores it again</source>
        <translation>Escribirlo una sola vez: la línea %1 lo guarda de nuevo</translation>
    </message>
    <message>
        <source>No line of this Dockerfile hides it</source>
        <translation>Ninguna línea de este Dockerfile lo oculta</translation>
    </message>
    <message>
        <source>A layer keeps what was there when its instruction ended. Files that the same RUN removes are never stored.</source>
        <translation>Una capa conserva lo que había cuando terminó su instrucción. Los archivos que elimina el mismo RUN no se guardan nunca.</translation>
    </message>
    <message>
        <source>One RUN makes one layer. It stores a file once, as it is in the end, and nothing of what was removed on the way.</source>
        <translation>Un RUN crea una sola capa. Guarda cada archivo una vez, tal como queda al final, y nada de lo que se eliminó por el camino.</translation>
    </message>
    <message>
        <source>A change of owner or mode stores the whole file again. COPY sets both as it stores it.</source>
        <translation>Un cambio de propietario o de permisos guarda de nuevo el archivo entero. COPY pone ambos al guardarlo.</translation>
    </message>
    <message>
        <source>The downloads stay with the builder, for the next build, and no layer stores them.</source>
        <translation>Las descargas se quedan en el constructor, para la próxima construcción, y ninguna capa las guarda.</translation>
    </message>
    <message>
        <source>A mounted file is there while the RUN works, and in no layer.</source>
        <translation>Un archivo montado está ahí mientras trabaja el RUN, y en ninguna capa.</translation>
    </message>
    <message>
        <source>What .dockerignore names is never sent to the builder, so nothing has to be removed again.</source>
        <translation>Lo que nombra .dockerignore no se envía nunca al constructor, así que después no hay nada que eliminar.</translation>
    </message>
    <message>
        <source>What line %1 stores may be needed until line %2 removes it, so no line can be moved for sure. In a stage of its own it stays out of the image: COPY --from takes only the result.</source>
        <translation>Lo que guarda la línea %1 puede hacer falta hasta que lo elimina la línea %2, así que ninguna línea se puede mover con seguridad. En una etapa propia queda fuera de la imagen: COPY --from toma solo el resultado.</translation>
    </message>
    <message>
        <source>The base image stores these bytes. Whatever hides them later, they stay in its layer.</source>
        <translation>Estos bytes los guarda la imagen base. Los oculte lo que los oculte después, siguen en su capa.</translation>
    </message>
    <message>
        <source>Whether the lines between need the first copy cannot be told from the file.</source>
        <translation>Por el archivo no se puede saber si las líneas intermedias necesitan la primera copia.</translation>
    </message>
    <message>
        <source>stored in %1, replaced in %2</source>
        <translation>guardado en la %1, sustituido en la %2</translation>
    </message>
    <message>
        <source>stored in %1, removed in %2</source>
        <translation>guardado en la %1, eliminado en la %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln archivo</numerusform>
            <numerusform>%Ln archivos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>not built before</source>
        <translation>no se había construido antes</translation>
    </message>
    <message>
        <source>the cache is switched off</source>
        <translation>la caché está desactivada</translation>
    </message>
    <message>
        <source>the instruction changed</source>
        <translation>la instrucción cambió</translation>
    </message>
    <message>
        <source>the instruction changed (was: %1)</source>
        <translation>la instrucción cambió (era: %1)</translation>
    </message>
    <message>
        <source>%1 changed</source>
        <extracomment>%1 is a file, or a variable</extracomment>
        <translation>%1 cambió</translation>
    </message>
    <message>
        <source>ARG %1 changed</source>
        <translation>ARG %1 cambió</translation>
    </message>
    <message>
        <source>the base image %1 changed</source>
        <translation>la imagen base %1 cambió</translation>
    </message>
    <message>
        <source>what is below it changed</source>
        <translation>cambió lo que tiene debajo</translation>
    </message>
    <message>
        <source>step %1 changed</source>
        <translation>el paso %1 cambió</translation>
    </message>
    <message>
        <source>what it takes from %1 changed</source>
        <extracomment>%1 is a stage or an image</extracomment>
        <translation>cambió lo que toma de %1</translation>
    </message>
    <message>
        <source>its layer is no longer stored</source>
        <translation>su capa ya no está guardada</translation>
    </message>
    <message>
        <source>nothing that it depends on changed</source>
        <translation>no cambió nada de lo que depende</translation>
    </message>
    <message>
        <source>the files are the same, although %1 changed</source>
        <extracomment>%1 is a stage</extracomment>
        <translation>los archivos son los mismos, aunque %1 cambió</translation>
    </message>
    <message>
        <source>the image %1</source>
        <translation>la imagen %1</translation>
    </message>
    <message>
        <source>the files of another stage</source>
        <translation>los archivos de otra etapa</translation>
    </message>
    <message>
        <source>an empty file system</source>
        <translation>un sistema de archivos vacío</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>y %n más</numerusform>
            <numerusform>y %n más</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SizePicture</name>
    <message>
        <source>%1 · layer %2</source>
        <translation>%1 · capa %2</translation>
    </message>
</context>
<context>
    <name>TextEncoding</name>
    <message>
        <source>not UTF-8</source>
        <translation>no es UTF-8</translation>
    </message>
</context>
<context>
    <name>TextSearch</name>
    <message>
        <source>this expression takes too long</source>
        <translation>esta expresión tarda demasiado</translation>
    </message>
</context>
<context>
    <name>darsena::gui::Assistant</name>
    <message>
        <source>There is nothing to explain here.</source>
        <translation>Aquí no hay nada que explicar.</translation>
    </message>
    <message>
        <source>There is no name here that stands elsewhere too.</source>
        <translation>Aquí no hay ningún nombre que aparezca también en otro lugar.</translation>
    </message>
    <message>
        <source>%1 is not defined in this file.</source>
        <translation>%1 no se define en este archivo.</translation>
    </message>
    <message>
        <source>Only stages, variables and the words of heredocs can be renamed.</source>
        <translation>Solo se puede cambiar el nombre de etapas, variables y palabras de heredocs.</translation>
    </message>
    <message>
        <source>The text has changed meanwhile.</source>
        <translation>El texto ha cambiado mientras tanto.</translation>
    </message>
    <message>
        <source>There is nothing to mend or to rewrite here.</source>
        <translation>Aquí no hay nada que corregir ni que reescribir.</translation>
    </message>
    <message>
        <source>Mend everything that can be mended</source>
        <translation>Corregir todo lo que se pueda corregir</translation>
    </message>
    <message>
        <source>Leave out %1 here</source>
        <translation>No avisar de %1 aquí</translation>
    </message>
    <message>
        <source>Nothing in this file can be mended automatically.</source>
        <translation>En este archivo no hay nada que se pueda corregir automáticamente.</translation>
    </message>
    <message>
        <source>There is no name, file or address here to go to.</source>
        <translation>Aquí no hay ningún nombre, archivo ni dirección a donde ir.</translation>
    </message>
    <message>
        <source>%1 is not in the build context.</source>
        <translation>%1 no está en el contexto de construcción.</translation>
    </message>
    <message>
        <source>%1 is outside of the build context.</source>
        <translation>%1 está fuera del contexto de construcción.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::Banner</name>
    <message>
        <source>Dismiss</source>
        <translation>Descartar</translation>
    </message>
</context>
<context>
    <name>darsena::gui::BuildAssist</name>
    <message>
        <source>Complete</source>
        <translation>Completar</translation>
    </message>
    <message>
        <source>Explain what is under the caret</source>
        <translation>Explicar lo que está bajo el cursor</translation>
    </message>
    <message>
        <source>Show what the instruction takes</source>
        <translation>Mostrar qué admite la instrucción</translation>
    </message>
    <message>
        <source>Show where the name is used</source>
        <translation>Mostrar dónde se usa el nombre</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Cambiar el nombre</translation>
    </message>
    <message>
        <source>Mend or rewrite here…</source>
        <translation>Corregir o reescribir aquí…</translation>
    </message>
    <message>
        <source>Mend everything that can be mended</source>
        <translation>Corregir todo lo que se pueda corregir</translation>
    </message>
    <message>
        <source>Go to the definition, or open the file or address</source>
        <translation>Ir a la definición, o abrir el archivo o la dirección</translation>
    </message>
    <message>
        <source>Ctrl+click</source>
        <translation>Ctrl+clic</translation>
    </message>
    <message>
        <source>No browser takes %1.</source>
        <translation>Ningún navegador acepta %1.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::BuildDesk</name>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>No se puede escribir %1: %2</translation>
    </message>
    <message>
        <source>%1 is not open in the Build page.</source>
        <translation>%1 no está abierto en la página Construir.</translation>
    </message>
    <message>
        <source>The Dockerfile was changed meanwhile; look at the suggestions again.</source>
        <translation>El Dockerfile ha cambiado entretanto; mira de nuevo las sugerencias.</translation>
    </message>
    <message>
        <source>The Dockerfile cannot be changed: it is open for reading only.</source>
        <translation>El Dockerfile no se puede cambiar: está abierto solo para lectura.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>No se puede leer %1: %2</translation>
    </message>
    <message>
        <source>Another build is running.</source>
        <translation>Ya hay otra construcción en marcha.</translation>
    </message>
    <message>
        <source>No Dockerfile is open in the Build page.</source>
        <translation>No hay ningún Dockerfile abierto en la página Construir.</translation>
    </message>
    <message>
        <source>The build was stopped.</source>
        <translation>La construcción se detuvo.</translation>
    </message>
    <message>
        <source>The build failed.</source>
        <translation>La construcción falló.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::BuildFiles</name>
    <message>
        <source>New Dockerfile from a template…</source>
        <translation>Dockerfile nuevo desde una plantilla…</translation>
    </message>
    <message>
        <source>Project tree</source>
        <translation>Árbol del proyecto</translation>
    </message>
    <message>
        <source>New file…</source>
        <translation>Archivo nuevo…</translation>
    </message>
    <message>
        <source>Outline of the Dockerfile</source>
        <translation>Esquema del Dockerfile</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>Esquema</translation>
    </message>
</context>
<context>
    <name>darsena::gui::BuildLogView</name>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Unfold all</source>
        <translation>Desplegar todo</translation>
    </message>
    <message>
        <source>Fold all</source>
        <translation>Plegar todo</translation>
    </message>
</context>
<context>
    <name>darsena::gui::BuildPage</name>
    <message>
        <source>Open a project</source>
        <translation>Abrir un proyecto</translation>
    </message>
    <message>
        <source>Build</source>
        <comment>verb</comment>
        <translation>Construir</translation>
    </message>
    <message>
        <source>Build without the cache</source>
        <translation>Construir sin la caché</translation>
    </message>
    <message>
        <source>Stop the build</source>
        <translation>Detener la construcción</translation>
    </message>
    <message>
        <source>Next problem</source>
        <translation>Problema siguiente</translation>
    </message>
    <message>
        <source>Previous problem</source>
        <translation>Problema anterior</translation>
    </message>
    <message>
        <source>Fit the graph</source>
        <translation>Ajustar el grafo a la ventana</translation>
    </message>
    <message>
        <source>Enlarge the graph</source>
        <translation>Ampliar el grafo</translation>
    </message>
    <message>
        <source>Shrink the graph</source>
        <translation>Reducir el grafo</translation>
    </message>
    <message>
        <source>Show the log</source>
        <translation>Mostrar el log</translation>
    </message>
    <message>
        <source>Show the timeline</source>
        <translation>Mostrar la línea de tiempo</translation>
    </message>
    <message>
        <source>Show the problems</source>
        <translation>Mostrar los problemas</translation>
    </message>
    <message>
        <source>Show the build context</source>
        <translation>Mostrar el contexto de construcción</translation>
    </message>
    <message>
        <source>Go to the editor</source>
        <translation>Ir al editor</translation>
    </message>
    <message>
        <source>Go to the graph</source>
        <translation>Ir al grafo</translation>
    </message>
    <message>
        <source>Open a Dockerfile</source>
        <translation>Abre un Dockerfile</translation>
    </message>
    <message>
        <source>Darsena shows its stages as you type, builds it, and looks into what came out. Choose a folder with a Dockerfile in it.</source>
        <translation>Darsena muestra sus etapas mientras escribes, lo construye y examina el resultado. Elige una carpeta que tenga un Dockerfile.</translation>
    </message>
    <message>
        <source>Open a project…</source>
        <translation>Abrir un proyecto…</translation>
    </message>
    <message>
        <source>Stages</source>
        <translation>Etapas</translation>
    </message>
    <message>
        <source>Stage to build</source>
        <translation>Etapa que se construye</translation>
    </message>
    <message>
        <source>The stage to build</source>
        <translation>La etapa que se construye</translation>
    </message>
    <message>
        <source>Name of the image</source>
        <translation>Nombre de la imagen</translation>
    </message>
    <message>
        <source>The name that the image gets</source>
        <translation>El nombre que recibe la imagen</translation>
    </message>
    <message>
        <source>name of the image</source>
        <translation>nombre de la imagen</translation>
    </message>
    <message>
        <source>Build panels</source>
        <translation>Paneles de la construcción</translation>
    </message>
    <message>
        <source>Open image</source>
        <translation>Abrir la imagen</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Ejecutar</translation>
    </message>
    <message>
        <source>%1 %</source>
        <comment>zoom of the graph</comment>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Build</source>
        <comment>noun, the page</comment>
        <translation>Construir</translation>
    </message>
    <message>
        <source>There is no Dockerfile at %1.</source>
        <translation>No hay ningún Dockerfile en %1.</translation>
    </message>
    <message>
        <source>Dockerfiles (Dockerfile* *.Dockerfile *.dockerfile Containerfile*);;All files (*)</source>
        <translation>Dockerfiles (Dockerfile* *.Dockerfile *.dockerfile Containerfile*);;Todos los archivos (*)</translation>
    </message>
    <message>
        <source>last stage</source>
        <translation>última etapa</translation>
    </message>
    <message>
        <source>Sending the build context of %1: %2</source>
        <translation>Enviando el contexto de construcción de %1: %2</translation>
    </message>
    <message>
        <source>Building %1: %2 of %3 · %4</source>
        <translation>Construyendo %1: %2 de %3 · %4</translation>
    </message>
    <message>
        <source>%1 is built.</source>
        <translation>%1 está construida.</translation>
    </message>
    <message>
        <source>The build failed.</source>
        <translation>La construcción falló.</translation>
    </message>
    <message>
        <source>The build was stopped.</source>
        <translation>La construcción se detuvo.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Saves, sends the folder to the engine and builds it  (%1)</source>
        <translation>Guarda, envía la carpeta al motor y la construye  (%1)</translation>
    </message>
    <message>
        <source>built in %1 · saved by cache %2</source>
        <translation>construida en %1 · la caché ahorró %2</translation>
    </message>
    <message>
        <source>built in %1</source>
        <translation>construida en %1</translation>
    </message>
    <message>
        <source>failed after %1</source>
        <translation>falló tras %1</translation>
    </message>
    <message>
        <source>stopped after %1</source>
        <translation>detenida tras %1</translation>
    </message>
    <message>
        <source>sending the context</source>
        <translation>enviando el contexto</translation>
    </message>
    <message>
        <source>%1 of %2 steps</source>
        <translation>%1 de %2 pasos</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Línea de tiempo</translation>
    </message>
    <message>
        <source>Problems %1</source>
        <translation>Problemas %1</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Problemas</translation>
    </message>
    <message>
        <source>Context %1</source>
        <translation>Contexto %1</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Contexto</translation>
    </message>
    <message>
        <source>The build context is on its way to the engine.</source>
        <translation>El contexto de construcción va camino del motor.</translation>
    </message>
    <message>
        <source>Nothing has been built yet: %1 builds.</source>
        <translation>Aún no se ha construido nada: %1 construye.</translation>
    </message>
    <message>
        <source>Start darsena-helper, or choose another engine in Settings.</source>
        <translation>Inicia darsena-helper o elige otro motor en Ajustes.</translation>
    </message>
    <message>
        <source>Save the graph as a picture…</source>
        <translation>Guardar el grafo como imagen…</translation>
    </message>
    <message>
        <source>New Dockerfile from a template…</source>
        <translation>Dockerfile nuevo desde una plantilla…</translation>
    </message>
    <message>
        <source>Files of this line&apos;s layer</source>
        <translation>Archivos de la capa de esta línea</translation>
    </message>
</context>
<context>
    <name>darsena::gui::BuildRunner</name>
    <message>
        <source>The engine ended the build without saying how it went.</source>
        <translation>El motor terminó la construcción sin decir cómo fue.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::CommandLine</name>
    <message>
        <source>Copy the command</source>
        <translation>Copiar el comando</translation>
    </message>
</context>
<context>
    <name>darsena::gui::CommandPalette</name>
    <message>
        <source>Type what you want to do</source>
        <translation>Escribe lo que quieres hacer</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Buscar comandos</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Comandos</translation>
    </message>
</context>
<context>
    <name>darsena::gui::CompareBar</name>
    <message>
        <source>%1 compared with %2</source>
        <translation>%1 comparada con %2</translation>
    </message>
    <message>
        <source>With something else ▾</source>
        <translation>Con otra cosa ▾</translation>
    </message>
    <message>
        <source>Compare with something else</source>
        <translation>Comparar con otra cosa</translation>
    </message>
    <message>
        <source>Ignore times</source>
        <translation>Ignorar las fechas</translation>
    </message>
    <message>
        <source>A file that differs in its time only, or is stored once more as it was, counts as unchanged.</source>
        <translation>Un archivo que solo se distingue en su fecha, o que se guarda de nuevo tal como estaba, cuenta como sin cambios.</translation>
    </message>
    <message>
        <source>Stop comparing</source>
        <translation>Dejar de comparar</translation>
    </message>
</context>
<context>
    <name>darsena::gui::CompletionPopup</name>
    <message>
        <source>instruction</source>
        <translation>instrucción</translation>
    </message>
    <message>
        <source>snippet</source>
        <translation>plantilla</translation>
    </message>
    <message>
        <source>flag</source>
        <translation>opción</translation>
    </message>
    <message>
        <source>key</source>
        <translation>clave</translation>
    </message>
    <message>
        <source>stage</source>
        <translation>etapa</translation>
    </message>
    <message>
        <source>variable</source>
        <translation>variable</translation>
    </message>
    <message>
        <source>image</source>
        <translation>imagen</translation>
    </message>
    <message>
        <source>file</source>
        <translation>archivo</translation>
    </message>
    <message>
        <source>folder</source>
        <translation>carpeta</translation>
    </message>
    <message>
        <source>rule</source>
        <translation>regla</translation>
    </message>
    <message>
        <source>user</source>
        <translation>usuario</translation>
    </message>
    <message>
        <source>value</source>
        <translation>valor</translation>
    </message>
    <message>
        <source>Completions</source>
        <translation>Sugerencias</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ContainerDelegate</name>
    <message>
        <source>exit %1</source>
        <extracomment>How a container ended.</extracomment>
        <translation>salida %1</translation>
    </message>
    <message>
        <source>healthy</source>
        <translation>sano</translation>
    </message>
    <message>
        <source>unhealthy</source>
        <translation>no sano</translation>
    </message>
    <message>
        <source>health check starting</source>
        <translation>comprobación de salud en curso</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ContainerDetails</name>
    <message>
        <source>Log</source>
        <extracomment>Noun: what a container wrote.</extracomment>
        <translation>Log</translation>
    </message>
    <message>
        <source>Inspect</source>
        <extracomment>Noun: all that the engine knows of a container (docker inspect).</extracomment>
        <translation>Inspeccionar</translation>
    </message>
    <message>
        <source>Details of the container</source>
        <translation>Detalles del contenedor</translation>
    </message>
    <message>
        <source>The command is copied.</source>
        <translation>El comando está copiado.</translation>
    </message>
    <message>
        <source>Choose another place.</source>
        <translation>Elige otro lugar.</translation>
    </message>
    <message>
        <source>The log has ended.</source>
        <translation>El log ha terminado.</translation>
    </message>
    <message>
        <source>The container has ended; this is its whole log.</source>
        <translation>El contenedor ha terminado; este es su log completo.</translation>
    </message>
    <message>
        <source>The log of %1 cannot be shown.</source>
        <translation>No se puede mostrar el log de %1.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>The log of %1 broke off.</source>
        <translation>El log de %1 se interrumpió.</translation>
    </message>
    <message>
        <source>Read it again</source>
        <translation>Leerlo de nuevo</translation>
    </message>
    <message>
        <source>%1 cannot be inspected.</source>
        <translation>No se puede inspeccionar %1.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ContainerModel</name>
    <message>
        <source>running</source>
        <extracomment>The state of a container.</extracomment>
        <translation>en ejecución</translation>
    </message>
    <message>
        <source>exited</source>
        <extracomment>The state of a container: its main process has ended.</extracomment>
        <translation>terminado</translation>
    </message>
    <message>
        <source>created</source>
        <extracomment>The state of a container that was never started.</extracomment>
        <translation>creado</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>en pausa</translation>
    </message>
    <message>
        <source>restarting</source>
        <translation>reiniciando</translation>
    </message>
    <message>
        <source>being removed</source>
        <translation>eliminándose</translation>
    </message>
    <message>
        <source>dead</source>
        <extracomment>The state of a container that could not be removed wholly.</extracomment>
        <translation>muerto</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>State</source>
        <extracomment>Column of the containers&apos; table: running, exited, …</extracomment>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Since</source>
        <extracomment>Column of the containers&apos; table: since when, or with which code it ended.</extracomment>
        <translation>Desde</translation>
    </message>
    <message>
        <source>Ports</source>
        <translation>Puertos</translation>
    </message>
    <message>
        <source>Created</source>
        <extracomment>Column: when it was made.</extracomment>
        <translation>Creado</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ContainersPage</name>
    <message>
        <source>starting</source>
        <translation>iniciando</translation>
    </message>
    <message>
        <source>%1 was not started.</source>
        <translation>%1 no se inició.</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>deteniendo</translation>
    </message>
    <message>
        <source>%1 was not stopped.</source>
        <translation>%1 no se detuvo.</translation>
    </message>
    <message>
        <source>restarting</source>
        <translation>reiniciando</translation>
    </message>
    <message>
        <source>%1 was not restarted.</source>
        <translation>%1 no se reinició.</translation>
    </message>
    <message>
        <source>killing</source>
        <translation>forzando la detención</translation>
    </message>
    <message>
        <source>%1 was not killed.</source>
        <translation>No se pudo forzar la detención de %1.</translation>
    </message>
    <message>
        <source>Run a container…</source>
        <translation>Ejecutar un contenedor…</translation>
    </message>
    <message>
        <source>Start</source>
        <extracomment>Verb: start the containers chosen.</extracomment>
        <translation>Iniciar</translation>
    </message>
    <message>
        <source>Stop</source>
        <extracomment>Verb: stop the containers chosen.</extracomment>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Restart</source>
        <extracomment>Verb.</extracomment>
        <translation>Reiniciar</translation>
    </message>
    <message>
        <source>Kill</source>
        <extracomment>Verb: end a container at once, without asking it.</extracomment>
        <translation>Forzar la detención</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Eliminar…</translation>
    </message>
    <message>
        <source>Start what is chosen</source>
        <translation>Iniciar lo elegido</translation>
    </message>
    <message>
        <source>Ask the main process to end (SIGTERM), and kill it after ten seconds</source>
        <translation>Pedir al proceso principal que termine (SIGTERM) y forzarlo a los diez segundos</translation>
    </message>
    <message>
        <source>Stop and start again</source>
        <translation>Detener e iniciar de nuevo</translation>
    </message>
    <message>
        <source>End it at once (SIGKILL)</source>
        <translation>Terminarlo de inmediato (SIGKILL)</translation>
    </message>
    <message>
        <source>Remove what is chosen, with all that was written in it</source>
        <translation>Eliminar lo elegido, con todo lo que se escribió dentro</translation>
    </message>
    <message>
        <source>Filter by name, image, label, state</source>
        <translation>Filtrar por nombre, imagen, etiqueta o estado</translation>
    </message>
    <message>
        <source>Filter the containers</source>
        <translation>Filtrar los contenedores</translation>
    </message>
    <message>
        <source>Containers</source>
        <translation>Contenedores</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>The containers could not be listed</source>
        <translation>No se pudieron listar los contenedores</translation>
    </message>
    <message>
        <source>Asking the engine…</source>
        <translation>Preguntando al motor…</translation>
    </message>
    <message>
        <source>No containers yet</source>
        <translation>Aún no hay contenedores</translation>
    </message>
    <message>
        <source>A container is a program that runs in its own small system, made from an image. Here you see all of them, what they write and how they end.</source>
        <translation>Un contenedor es un programa que se ejecuta en su propio pequeño sistema, creado a partir de una imagen. Aquí los ves todos, lo que escriben y cómo terminan.</translation>
    </message>
    <message>
        <source>It did not work for %1 of %2 containers: %3.</source>
        <translation>No funcionó en %1 de %2 contenedores: %3.</translation>
    </message>
    <message>
        <source>Remove containers</source>
        <translation>Eliminar contenedores</translation>
    </message>
    <message>
        <source>Remove the container %1?</source>
        <translation>¿Eliminar el contenedor %1?</translation>
    </message>
    <message numerus="yes">
        <source>Remove %n container(s)?</source>
        <translation>
            <numerusform>¿Eliminar %n contenedor?</numerusform>
            <numerusform>¿Eliminar %n contenedores?</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything written inside that is not in a volume, and the log, is destroyed. Images and named volumes stay.</source>
        <translation>Se destruye todo lo escrito dentro que no esté en un volumen, y también el log. Las imágenes y los volúmenes con nombre se conservan.</translation>
    </message>
    <message>
        <source>What still runs is killed first.</source>
        <translation>Antes se fuerza la detención de lo que siga en ejecución.</translation>
    </message>
    <message>
        <source>being removed</source>
        <translation>eliminándose</translation>
    </message>
    <message>
        <source>%1 was not removed.</source>
        <translation>%1 no se eliminó.</translation>
    </message>
    <message>
        <source>Copy the ID</source>
        <translation>Copiar el ID</translation>
    </message>
    <message>
        <source>Copy the command that opens a shell in it</source>
        <translation>Copiar el comando que abre un shell dentro</translation>
    </message>
    <message>
        <source>Show the image %1</source>
        <translation>Mostrar la imagen %1</translation>
    </message>
    <message>
        <source>Run another from this image…</source>
        <translation>Ejecutar otro de esta imagen…</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ContextView</name>
    <message>
        <source>Largest files of the build context</source>
        <translation>Archivos más grandes del contexto de construcción</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>The build context has not been looked at yet.</source>
        <translation>Aún no se ha examinado el contexto de construcción.</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) are sent: %1.</source>
        <translation>
            <numerusform>Se envía %n archivo: %1.</numerusform>
            <numerusform>Se envían %n archivos: %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>.dockerignore leaves out %n entries.</source>
        <translation>
            <numerusform>.dockerignore excluye %n entrada.</numerusform>
            <numerusform>.dockerignore excluye %n entradas.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is left out.</source>
        <translation>No se excluye nada.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::Crumbs</name>
    <message>
        <source>Go to %1</source>
        <translation>Ir a %1</translation>
    </message>
</context>
<context>
    <name>darsena::gui::DuplicatesModel</name>
    <message>
        <source>layer %1</source>
        <translation>capa %1</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>Copias</translation>
    </message>
    <message>
        <source>Each</source>
        <translation>Cada una</translation>
    </message>
    <message>
        <source>Could be spared</source>
        <translation>Se puede ahorrar</translation>
    </message>
</context>
<context>
    <name>darsena::gui::DuplicatesView</name>
    <message>
        <source>Files that are there more than once</source>
        <translation>Archivos que están más de una vez</translation>
    </message>
    <message>
        <source>No file is there twice</source>
        <translation>Ningún archivo está dos veces</translation>
    </message>
    <message>
        <source>Every file of this image has a content of its own. Hard links do not count: they share their bytes.</source>
        <translation>Cada archivo de esta imagen tiene un contenido propio. Los enlaces duros no cuentan: comparten sus bytes.</translation>
    </message>
    <message>
        <source>Looking for copies…</source>
        <translation>Buscando copias…</translation>
    </message>
    <message>
        <source>Files with the same content at several places are listed here once the layers are read.</source>
        <translation>Aquí se listan los archivos con el mismo contenido en varios lugares, en cuanto se lean las capas.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) are stored at more than one place. Links instead of copies would spare %1.</source>
        <translation>
            <numerusform>%Ln archivo está guardado en más de un lugar. Con enlaces en vez de copias se ahorrarían %1.</numerusform>
            <numerusform>%Ln archivos están guardados en más de un lugar. Con enlaces en vez de copias se ahorrarían %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::EditorCommands</name>
    <message>
        <source>Find</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Find and replace</source>
        <translation>Buscar y reemplazar</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Siguiente coincidencia</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Coincidencia anterior</translation>
    </message>
    <message>
        <source>Go to line</source>
        <translation>Ir a la línea</translation>
    </message>
    <message>
        <source>Comment or uncomment lines</source>
        <translation>Comentar o descomentar líneas</translation>
    </message>
    <message>
        <source>Move lines up</source>
        <translation>Subir líneas</translation>
    </message>
    <message>
        <source>Move lines down</source>
        <translation>Bajar líneas</translation>
    </message>
    <message>
        <source>Duplicate lines</source>
        <translation>Duplicar líneas</translation>
    </message>
    <message>
        <source>Select the next occurrence too</source>
        <translation>Seleccionar también la siguiente aparición</translation>
    </message>
    <message>
        <source>Select all occurrences</source>
        <translation>Seleccionar todas las apariciones</translation>
    </message>
    <message>
        <source>Format the file</source>
        <translation>Dar formato al archivo</translation>
    </message>
    <message>
        <source>Fold</source>
        <translation>Plegar</translation>
    </message>
    <message>
        <source>Unfold</source>
        <translation>Desplegar</translation>
    </message>
    <message>
        <source>Fold everything</source>
        <translation>Plegar todo</translation>
    </message>
    <message>
        <source>Unfold everything</source>
        <translation>Desplegar todo</translation>
    </message>
    <message>
        <source>Next tab</source>
        <translation>Pestaña siguiente</translation>
    </message>
    <message>
        <source>Previous tab</source>
        <translation>Pestaña anterior</translation>
    </message>
    <message>
        <source>Enlarge the text</source>
        <translation>Agrandar el texto</translation>
    </message>
    <message>
        <source>Shrink the text</source>
        <translation>Reducir el texto</translation>
    </message>
    <message>
        <source>Text in its usual size</source>
        <translation>Texto en su tamaño habitual</translation>
    </message>
    <message>
        <source>Wrap long lines</source>
        <translation>Ajustar líneas largas</translation>
    </message>
    <message>
        <source>Show blanks and tabs</source>
        <translation>Mostrar espacios y tabuladores</translation>
    </message>
    <message>
        <source>Show indent guides</source>
        <translation>Mostrar guías de sangría</translation>
    </message>
    <message>
        <source>Save by itself</source>
        <translation>Guardar automáticamente</translation>
    </message>
    <message>
        <source>Format Dockerfiles when saving</source>
        <translation>Dar formato a los Dockerfile al guardar</translation>
    </message>
    <message>
        <source>Line ends: LF</source>
        <translation>Finales de línea: LF</translation>
    </message>
    <message>
        <source>Line ends: CRLF</source>
        <translation>Finales de línea: CRLF</translation>
    </message>
    <message>
        <source>Save as UTF-8</source>
        <translation>Guardar como UTF-8</translation>
    </message>
</context>
<context>
    <name>darsena::gui::EditorTabs</name>
    <message>
        <source>Open a file of the project</source>
        <translation>Abrir un archivo del proyecto</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Close the tab</source>
        <translation>Cerrar la pestaña</translation>
    </message>
    <message>
        <source>Take the file&apos;s text</source>
        <translation>Tomar el texto del archivo</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Conservar el mío</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>Archivos abiertos</translation>
    </message>
    <message>
        <source>Text of %1</source>
        <translation>Texto de %1</translation>
    </message>
    <message>
        <source>Your unsaved text of %1 is back.</source>
        <translation>Se recuperó tu texto sin guardar de %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) are open; close one first.</source>
        <translation>
            <numerusform>Hay %n archivo abierto; cierra uno primero.</numerusform>
            <numerusform>Hay %n archivos abiertos; cierra uno primero.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 saved.</source>
        <translation>%1 guardado.</translation>
    </message>
    <message>
        <source>Only Dockerfiles can be formatted.</source>
        <translation>Solo se puede dar formato a los Dockerfile.</translation>
    </message>
    <message>
        <source>The file is in good order already.</source>
        <translation>El archivo ya está en orden.</translation>
    </message>
    <message>
        <source>New or open</source>
        <translation>Nuevo o abrir</translation>
    </message>
    <message>
        <source>Show both</source>
        <translation>Mostrar ambos</translation>
    </message>
    <message>
        <source>Both texts, with marks where they differ</source>
        <translation>Ambos textos, con marcas donde difieren</translation>
    </message>
    <message>
        <source>What another program changed in %1 was merged with your text.</source>
        <translation>Lo que otro programa cambió en %1 se combinó con tu texto.</translation>
    </message>
    <message>
        <source>%1 was deleted by another program; saving puts it back.</source>
        <translation>Otro programa eliminó %1; al guardar vuelve a existir.</translation>
    </message>
    <message>
        <source>%1 is read only: it cannot be changed here.</source>
        <translation>%1 es de solo lectura: no se puede cambiar aquí.</translation>
    </message>
    <message>
        <source>Another program changed lines of %1 that you have changed too.</source>
        <translation>Otro programa cambió líneas de %1 que tú también cambiaste.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Close the others</source>
        <translation>Cerrar las demás</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>Copiar la ruta</translation>
    </message>
    <message>
        <source>Show in the project tree</source>
        <translation>Mostrar en el árbol del proyecto</translation>
    </message>
    <message>
        <source>Close %1</source>
        <translation>Cerrar %1</translation>
    </message>
</context>
<context>
    <name>darsena::gui::EngineChip</name>
    <message>
        <source>Connecting…</source>
        <translation>Conectando…</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Motor</translation>
    </message>
    <message>
        <source>No engine</source>
        <translation>Sin motor</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>este equipo</translation>
    </message>
    <message>
        <source>Engine connected: %1</source>
        <translation>Motor conectado: %1</translation>
    </message>
    <message>
        <source>The engine does not answer</source>
        <translation>El motor no responde</translation>
    </message>
    <message>
        <source>Connecting to the engine</source>
        <translation>Conectando con el motor</translation>
    </message>
</context>
<context>
    <name>darsena::gui::EngineClient</name>
    <message>
        <source>the engine has gone away</source>
        <translation>el motor ha desaparecido</translation>
    </message>
    <message>
        <source>The engine does not answer</source>
        <translation>El motor no responde</translation>
    </message>
    <message>
        <source>The engine refuses</source>
        <translation>El motor se niega</translation>
    </message>
</context>
<context>
    <name>darsena::gui::EngineLoader</name>
    <message>
        <source>%1 is larger than %2 bytes</source>
        <translation>%1 ocupa más de %2 bytes</translation>
    </message>
    <message>
        <source>the engine describes %1 layers of an image that has %2</source>
        <translation>el motor describe %1 capas de una imagen que tiene %2</translation>
    </message>
    <message>
        <source>its index is larger than 1 GiB</source>
        <translation>su índice ocupa más de 1 GiB</translation>
    </message>
    <message>
        <source>layer %1 of %2</source>
        <translation>capa %1 de %2</translation>
    </message>
</context>
<context>
    <name>darsena::gui::Exchange</name>
    <message numerus="yes">
        <source>the engine has not answered for %n second(s)</source>
        <translation>
            <numerusform>el motor lleva %n segundo sin responder</numerusform>
            <numerusform>el motor lleva %n segundos sin responder</numerusform>
        </translation>
    </message>
    <message>
        <source>the engine closed the connection before it had answered</source>
        <translation>el motor cerró la conexión antes de responder</translation>
    </message>
    <message>
        <source>the engine is not running: nothing answers at %1</source>
        <translation>el motor no está en marcha: nadie responde en %1</translation>
    </message>
    <message>
        <source>you may not open the engine&apos;s socket %1</source>
        <translation>no tienes permiso para abrir el socket del motor %1</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ExtractDialog</name>
    <message>
        <source>Extract</source>
        <translation>Extraer</translation>
    </message>
    <message>
        <source>Extract all files</source>
        <translation>Extraer todos los archivos</translation>
    </message>
    <message>
        <source>Extract /%1</source>
        <translation>Extraer /%1</translation>
    </message>
    <message>
        <source>What a container sees of the first layer</source>
        <translation>Lo que ve un contenedor de la primera capa</translation>
    </message>
    <message>
        <source>What a container sees with the layers 0 to %1</source>
        <translation>Lo que ve un contenedor con las capas de la 0 a la %1</translation>
    </message>
    <message>
        <source>Only what layer %1 stores</source>
        <translation>Solo lo que guarda la capa %1</translation>
    </message>
    <message>
        <source>As a folder</source>
        <translation>Como carpeta</translation>
    </message>
    <message>
        <source>As a tar archive, which keeps owners too</source>
        <translation>Como archivo tar, que conserva también los propietarios</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>Destino</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Examinar…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Progreso</translation>
    </message>
    <message>
        <source>Say where to, with the whole path.</source>
        <translation>Indica el destino, con la ruta completa.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>No existe la carpeta %1.</translation>
    </message>
    <message>
        <source>%1 is there already. Choose another name.</source>
        <translation>%1 ya existe. Elige otro nombre.</translation>
    </message>
    <message>
        <source>The image is not open any more.</source>
        <translation>La imagen ya no está abierta.</translation>
    </message>
    <message>
        <source>%1 are written.</source>
        <translation>Escritos: %1.</translation>
    </message>
    <message>
        <source>Nothing was extracted.</source>
        <translation>No se extrajo nada.</translation>
    </message>
    <message>
        <source>Extracted to %1.</source>
        <translation>Extraído en %1.</translation>
    </message>
    <message>
        <source>Extracting was cancelled; nothing is left of it.</source>
        <translation>La extracción se canceló; no queda nada de ella.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::FileCompare</name>
    <message>
        <source>Side by side</source>
        <translation>En paralelo</translation>
    </message>
    <message>
        <source>Unified</source>
        <translation>Unificada</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Previous change</source>
        <translation>Cambio anterior</translation>
    </message>
    <message>
        <source>Next change</source>
        <translation>Cambio siguiente</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Antes</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Después</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Cambios</translation>
    </message>
    <message>
        <source>Bytes before</source>
        <translation>Bytes de antes</translation>
    </message>
    <message>
        <source>Bytes after</source>
        <translation>Bytes de después</translation>
    </message>
    <message>
        <source>Nothing to compare yet</source>
        <translation>Aún no hay nada que comparar</translation>
    </message>
    <message>
        <source>Choose a file that two layers store, or that two images have, to see what changed in it.</source>
        <translation>Elige un archivo que guarden dos capas, o que tengan dos imágenes, para ver qué cambió en él.</translation>
    </message>
    <message>
        <source>Reading both files…</source>
        <translation>Leyendo los dos archivos…</translation>
    </message>
    <message>
        <source>They are being taken out of their layers.</source>
        <translation>Se están sacando de sus capas.</translation>
    </message>
    <message>
        <source>The image is not open</source>
        <translation>La imagen no está abierta</translation>
    </message>
    <message>
        <source>Its layers cannot be read any more. Open the image again.</source>
        <translation>Sus capas ya no se pueden leer. Abre la imagen de nuevo.</translation>
    </message>
    <message>
        <source>These files are too large</source>
        <translation>Estos archivos son demasiado grandes</translation>
    </message>
    <message>
        <source>One has %1. Extract both to compare them with another program.</source>
        <translation>Uno ocupa %1. Extrae los dos para compararlos con otro programa.</translation>
    </message>
    <message>
        <source>A file could not be read</source>
        <translation>No se pudo leer un archivo</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>%1: not there</source>
        <translation>%1: no está</translation>
    </message>
    <message>
        <source>The contents are the same</source>
        <translation>El contenido es el mismo</translation>
    </message>
    <message>
        <source>Change %1 of %2</source>
        <translation>Cambio %1 de %2</translation>
    </message>
    <message>
        <source>Only the beginning of the texts, and of very long lines, is compared here.</source>
        <translation>Aquí solo se compara el principio de los textos y de las líneas muy largas.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s)</source>
        <translation>
            <numerusform>%Ln cambio</numerusform>
            <numerusform>%Ln cambios</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::FileDelegate</name>
    <message>
        <source>%1 gone</source>
        <comment>bytes that a layer removed from a directory</comment>
        <translation>%1 menos</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln archivo</numerusform>
            <numerusform>%Ln archivos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::FileDetails</name>
    <message>
        <source>directory</source>
        <translation>carpeta</translation>
    </message>
    <message>
        <source>Choose a file to see how large it is, whose it is and which step wrote it.</source>
        <translation>Elige un archivo para ver cuánto ocupa, de quién es y qué paso lo escribió.</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>%1 (%2 bytes)</source>
        <translation>%1 (%2 bytes)</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Permisos</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Propietario</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>Modificado</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Destino</translation>
    </message>
    <message>
        <source>Stored by</source>
        <translation>Guardado por</translation>
    </message>
    <message>
        <source>Written by</source>
        <translation>Escrito por</translation>
    </message>
    <message>
        <source>Layers that touch it</source>
        <translation>Capas que lo tocan</translation>
    </message>
    <message>
        <source>removes it</source>
        <translation>lo elimina</translation>
    </message>
    <message>
        <source>adds it</source>
        <translation>lo añade</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Cambio</translation>
    </message>
    <message>
        <source>lines %1 to %2</source>
        <translation>líneas de la %1 a la %2</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>línea %1</translation>
    </message>
    <message>
        <source>%1, or one that says the same</source>
        <translation>%1, u otra que dice lo mismo</translation>
    </message>
    <message>
        <source>%1, edited since</source>
        <translation>%1, editada desde entonces</translation>
    </message>
    <message>
        <source>Opens %1 at this line</source>
        <translation>Abre %1 en esta línea</translation>
    </message>
    <message>
        <source>Dockerfile</source>
        <translation>Dockerfile</translation>
    </message>
    <message>
        <source>removes it with /%1</source>
        <translation>lo elimina con /%1</translation>
    </message>
    <message>
        <source>changes it: %1</source>
        <translation>lo cambia: %1</translation>
    </message>
    <message>
        <source>List only these layers</source>
        <translation>Mostrar solo estas capas</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Ruta</translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln file(s)</source>
        <translation>
            <numerusform>%1 en %Ln archivo</numerusform>
            <numerusform>%1 en %Ln archivos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::FilePreview</name>
    <message>
        <source>Text</source>
        <translation>Texto</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hexadecimal</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Imagen</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Contenido</translation>
    </message>
    <message>
        <source>Extract this file…</source>
        <translation>Extraer este archivo…</translation>
    </message>
    <message>
        <source>Show more of it</source>
        <translation>Mostrar más</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>Texto del archivo</translation>
    </message>
    <message>
        <source>No file is chosen</source>
        <translation>No se ha elegido ningún archivo</translation>
    </message>
    <message>
        <source>Choose a file to read it here: as text, byte by byte, as a picture, or as the list of what an archive holds.</source>
        <translation>Elige un archivo para leerlo aquí: como texto, byte a byte, como imagen o como la lista de lo que contiene un archivo empaquetado.</translation>
    </message>
    <message>
        <source>Extract…</source>
        <translation>Extraer…</translation>
    </message>
    <message>
        <source>This file is very large</source>
        <translation>Este archivo es muy grande</translation>
    </message>
    <message>
        <source>It has %1, more than can be shown here. Extract it to look at it with another program.</source>
        <translation>Ocupa %1, más de lo que se puede mostrar aquí. Extráelo para verlo con otro programa.</translation>
    </message>
    <message>
        <source>This file is large</source>
        <translation>Este archivo es grande</translation>
    </message>
    <message>
        <source>It has %1. Reading it out of its layer may take a moment.</source>
        <translation>Ocupa %1. Leerlo de su capa puede tardar un momento.</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Mostrarlo</translation>
    </message>
    <message>
        <source>A directory</source>
        <translation>Una carpeta</translation>
    </message>
    <message>
        <source>No layer describes it by itself. Choose a file in it.</source>
        <translation>Ninguna capa la describe por sí misma. Elige un archivo de ella.</translation>
    </message>
    <message>
        <source>A symbolic link</source>
        <translation>Un enlace simbólico</translation>
    </message>
    <message>
        <source>It points to %1</source>
        <translation>Apunta a %1</translation>
    </message>
    <message>
        <source>Go there</source>
        <translation>Ir allí</translation>
    </message>
    <message>
        <source>Choose a file in it to read it, or extract the whole of it.</source>
        <translation>Elige un archivo de ella para leerlo, o extráela entera.</translation>
    </message>
    <message>
        <source>A device</source>
        <translation>Un dispositivo</translation>
    </message>
    <message>
        <source>%1 %2, %3: it has no content of its own.</source>
        <translation>%1 %2, %3: no tiene contenido propio.</translation>
    </message>
    <message>
        <source>Character device</source>
        <translation>Dispositivo de caracteres</translation>
    </message>
    <message>
        <source>Block device</source>
        <translation>Dispositivo de bloques</translation>
    </message>
    <message>
        <source>A named pipe</source>
        <translation>Una tubería con nombre</translation>
    </message>
    <message>
        <source>A socket</source>
        <translation>Un socket</translation>
    </message>
    <message>
        <source>Programs talk through it; it has no content of its own.</source>
        <translation>Los programas se comunican a través de este archivo; no tiene contenido propio.</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>Eliminado</translation>
    </message>
    <message>
        <source>This layer removes the path. Choose an earlier layer to see what it was.</source>
        <translation>Esta capa elimina la ruta. Elige una capa anterior para ver qué era.</translation>
    </message>
    <message>
        <source>Reading the file…</source>
        <translation>Leyendo el archivo…</translation>
    </message>
    <message>
        <source>It is being taken out of its layer.</source>
        <translation>Se está sacando de su capa.</translation>
    </message>
    <message>
        <source>The image is not open</source>
        <translation>La imagen no está abierta</translation>
    </message>
    <message>
        <source>Its layers cannot be read any more. Open the image again.</source>
        <translation>Sus capas ya no se pueden leer. Abre la imagen de nuevo.</translation>
    </message>
    <message>
        <source>The file could not be read</source>
        <translation>No se pudo leer el archivo</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>An empty file</source>
        <translation>Un archivo vacío</translation>
    </message>
    <message>
        <source>It has 0 bytes.</source>
        <translation>Tiene 0 bytes.</translation>
    </message>
    <message>
        <source>This is the first %1 of the text.</source>
        <translation>Esto son los primeros %1 del texto.</translation>
    </message>
    <message>
        <source>Very long lines are shown cut; extract the file to have them whole.</source>
        <translation>Las líneas muy largas se muestran cortadas; extrae el archivo para tenerlas enteras.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::FileTreePane</name>
    <message>
        <source>Files</source>
        <translation>Archivos</translation>
    </message>
    <message>
        <source>Tree</source>
        <extracomment>A way to look at the files of an image.</extracomment>
        <translation>Árbol</translation>
    </message>
    <message>
        <source>How the files are shown</source>
        <translation>Cómo se muestran los archivos</translation>
    </message>
</context>
<context>
    <name>darsena::gui::FindBar</name>
    <message>
        <source>Regular expression</source>
        <translation>Expresión regular</translation>
    </message>
    <message>
        <source>Match case</source>
        <translation>Distinguir mayúsculas</translation>
    </message>
    <message>
        <source>Whole words</source>
        <translation>Palabras completas</translation>
    </message>
    <message>
        <source>Only in the selection</source>
        <translation>Solo en la selección</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Buscar</translation>
    </message>
    <message>
        <source>Text to find</source>
        <translation>Texto que buscar</translation>
    </message>
    <message>
        <source>Replace with</source>
        <translation>Reemplazar con</translation>
    </message>
    <message>
        <source>Text to put in its place</source>
        <translation>Texto que poner en su lugar</translation>
    </message>
    <message>
        <source>In a regular expression, $1 is its first group and \n a line break</source>
        <translation>En una expresión regular, $1 es su primer grupo y \n un salto de línea</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Siguiente coincidencia</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Coincidencia anterior</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>Cerrar la búsqueda</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Reemplazar</translation>
    </message>
    <message>
        <source>Replace all</source>
        <translation>Reemplazar todo</translation>
    </message>
    <message>
        <source>Find and replace</source>
        <translation>Buscar y reemplazar</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>no se encontró</translation>
    </message>
    <message>
        <source>more than %1</source>
        <translation>más de %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>match, matches</comment>
        <translation>%1 de %2</translation>
    </message>
    <message>
        <source>%1 found</source>
        <comment>matches</comment>
        <translation>%1 encontradas</translation>
    </message>
    <message numerus="yes">
        <source>%n place(s) replaced.</source>
        <translation>
            <numerusform>Se reemplazó %n vez.</numerusform>
            <numerusform>Se reemplazó %n veces.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::GoToLine</name>
    <message>
        <source>Go to line</source>
        <translation>Ir a la línea</translation>
    </message>
    <message>
        <source>Line, or line:column</source>
        <translation>Línea, o línea:columna</translation>
    </message>
    <message>
        <source>1 to %1, or line:column</source>
        <translation>de 1 a %1, o línea:columna</translation>
    </message>
</context>
<context>
    <name>darsena::gui::GraphExport</name>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>No se puede escribir %1: %2</translation>
    </message>
    <message>
        <source>Save as SVG…</source>
        <translation>Guardar como SVG…</translation>
    </message>
    <message>
        <source>Save as PNG…</source>
        <translation>Guardar como PNG…</translation>
    </message>
    <message>
        <source>Save as Graphviz DOT…</source>
        <translation>Guardar como DOT de Graphviz…</translation>
    </message>
    <message>
        <source>Save as Mermaid…</source>
        <translation>Guardar como Mermaid…</translation>
    </message>
    <message>
        <source>Copy as an image</source>
        <translation>Copiar como imagen</translation>
    </message>
    <message>
        <source>Copy as Mermaid</source>
        <translation>Copiar como Mermaid</translation>
    </message>
</context>
<context>
    <name>darsena::gui::GraphView</name>
    <message>
        <source>Stage graph</source>
        <translation>Grafo de etapas</translation>
    </message>
    <message>
        <source>Stage %1</source>
        <translation>Etapa %1</translation>
    </message>
    <message>
        <source>Stage %1, line %2: %3 %4, %5</source>
        <translation>Etapa %1, línea %2: %3 %4, %5</translation>
    </message>
    <message numerus="yes">
        <source>%n stage(s)</source>
        <translation>
            <numerusform>%n etapa</numerusform>
            <numerusform>%n etapas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::HexCompare</name>
    <message>
        <source>%1 bytes · sha256 %2</source>
        <translation>%1 bytes · sha256 %2</translation>
    </message>
    <message>
        <source>Both have the same bytes.</source>
        <translation>Los dos tienen los mismos bytes.</translation>
    </message>
    <message>
        <source>They first differ at byte %1 (0x%2); %3 bytes differ.</source>
        <translation>La primera diferencia está en el byte %1 (0x%2); bytes distintos: %3.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::HexView</name>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>&amp;Copy as hexadecimal</source>
        <translation>&amp;Copiar como hexadecimal</translation>
    </message>
    <message>
        <source>Copy as &amp;text</source>
        <translation>Copiar como &amp;texto</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>Seleccionar &amp;todo</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ImageDelegate</name>
    <message>
        <source>no container</source>
        <translation>ningún contenedor</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ImageDetails</name>
    <message>
        <source>Layers</source>
        <translation>Capas</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>Configuración</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>Details of the image</source>
        <translation>Detalles de la imagen</translation>
    </message>
    <message>
        <source>Use the whole page</source>
        <translation>Usar toda la página</translation>
    </message>
    <message>
        <source>History of the image</source>
        <translation>Historial de la imagen</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Paso</translation>
    </message>
    <message>
        <source>Instruction</source>
        <translation>Instrucción</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Creación</translation>
    </message>
    <message>
        <source>The command is copied.</source>
        <translation>El comando está copiado.</translation>
    </message>
    <message>
        <source>The configuration of %1 could not be read.</source>
        <translation>No se pudo leer la configuración de %1.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>The history of %1 could not be read.</source>
        <translation>No se pudo leer el historial de %1.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ImageModel</name>
    <message>
        <source>(no tag)</source>
        <extracomment>An image without a name.</extracomment>
        <translation>(sin etiqueta)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Tag</source>
        <extracomment>Noun: the tag of an image.</extracomment>
        <translation>Etiqueta</translation>
    </message>
    <message>
        <source>ID</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Created</source>
        <extracomment>Column: when it was made.</extracomment>
        <translation>Creado</translation>
    </message>
    <message>
        <source>Used by</source>
        <extracomment>Column: the containers that are made of the image.</extracomment>
        <translation>Usada por</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ImagesPage</name>
    <message>
        <source>The image is also called %1 now.</source>
        <translation>La imagen ahora también se llama %1.</translation>
    </message>
    <message>
        <source>Loading was cancelled.</source>
        <translation>La carga se canceló.</translation>
    </message>
    <message>
        <source>What the engine had not finished is thrown away.</source>
        <translation>Lo que el motor no había terminado se desecha.</translation>
    </message>
    <message>
        <source>Run…</source>
        <translation>Ejecutar…</translation>
    </message>
    <message>
        <source>Load from an archive…</source>
        <translation>Cargar desde un archivo…</translation>
    </message>
    <message>
        <source>Load images from an archive (docker save, OCI layout)</source>
        <translation>Cargar imágenes desde un archivo (docker save, OCI layout)</translation>
    </message>
    <message>
        <source>Tag…</source>
        <extracomment>Verb: give an image another name.</extracomment>
        <translation>Etiquetar…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Eliminar…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Filter by name, ID, container</source>
        <translation>Filtrar por nombre, ID o contenedor</translation>
    </message>
    <message>
        <source>Filter the images</source>
        <translation>Filtrar las imágenes</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Imágenes</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>The images could not be listed</source>
        <translation>No se pudieron listar las imágenes</translation>
    </message>
    <message>
        <source>Asking the engine…</source>
        <translation>Preguntando al motor…</translation>
    </message>
    <message>
        <source>No images yet</source>
        <translation>Aún no hay imágenes</translation>
    </message>
    <message>
        <source>An image is a file system in layers, with what to run in it. Build one from a Dockerfile, or load an archive that docker save wrote.</source>
        <translation>Una imagen es un sistema de archivos en capas, con lo que hay que ejecutar en él. Construye una con un Dockerfile o carga un archivo escrito por docker save.</translation>
    </message>
    <message>
        <source>Load images from an archive</source>
        <translation>Cargar imágenes desde un archivo</translation>
    </message>
    <message>
        <source>Image archives (*.tar *.tar.gz *.tgz *.tar.zst *.tar.xz)</source>
        <translation>Archivos de imagen (*.tar *.tar.gz *.tgz *.tar.zst *.tar.xz)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Todos los archivos (*)</translation>
    </message>
    <message>
        <source>Loading %1…</source>
        <translation>Cargando %1…</translation>
    </message>
    <message>
        <source>%1 is sent; the engine unpacks it…</source>
        <translation>%1 se envió; el motor lo desempaqueta…</translation>
    </message>
    <message>
        <source>Loading %1: %2 of %3…</source>
        <translation>Cargando %1: %2 de %3…</translation>
    </message>
    <message>
        <source>%1 was not loaded.</source>
        <translation>%1 no se cargó.</translation>
    </message>
    <message>
        <source>%1 is loaded.</source>
        <translation>%1 está cargado.</translation>
    </message>
    <message>
        <source>%1 is loaded: %2.</source>
        <translation>%1 está cargado: %2.</translation>
    </message>
    <message>
        <source>Remove images</source>
        <translation>Eliminar imágenes</translation>
    </message>
    <message>
        <source>Remove the image %1?</source>
        <translation>¿Eliminar la imagen %1?</translation>
    </message>
    <message numerus="yes">
        <source>Remove %n image(s)?</source>
        <translation>
            <numerusform>¿Eliminar %n imagen?</numerusform>
            <numerusform>¿Eliminar %n imágenes?</numerusform>
        </translation>
    </message>
    <message>
        <source>Layers that no other image uses are deleted from this computer. To have the image again you build, load or pull it again.</source>
        <translation>Las capas que no use otra imagen se borran de este equipo. Para volver a tener la imagen, hay que construirla, cargarla o descargarla de nuevo.</translation>
    </message>
    <message>
        <source>Only this name goes: the image has other names and stays.</source>
        <translation>Solo se quita este nombre: la imagen tiene otros y se conserva.</translation>
    </message>
    <message>
        <source>Containers made of it: %1. The engine keeps an image while a container needs it.</source>
        <translation>Contenedores creados con ella: %1. El motor conserva una imagen mientras un contenedor la necesite.</translation>
    </message>
    <message>
        <source>Not removed: %1.</source>
        <translation>No se eliminó: %1.</translation>
    </message>
    <message>
        <source>Copy the name</source>
        <translation>Copiar el nombre</translation>
    </message>
    <message>
        <source>Copy the ID</source>
        <translation>Copiar el ID</translation>
    </message>
    <message>
        <source>Copy the command that runs it</source>
        <translation>Copiar el comando que la ejecuta</translation>
    </message>
    <message>
        <source>Show the container %1</source>
        <translation>Mostrar el contenedor %1</translation>
    </message>
    <message>
        <source>Open an archive…</source>
        <translation>Abrir un archivo…</translation>
    </message>
    <message>
        <source>Look into an archive (docker save, OCI layout) without loading it</source>
        <translation>Examinar un archivo (docker save, OCI layout) sin cargarlo</translation>
    </message>
    <message>
        <source>Look into an image of a registry…</source>
        <translation>Examinar una imagen de un registro…</translation>
    </message>
    <message>
        <source>Open an archive</source>
        <translation>Abrir un archivo</translation>
    </message>
    <message>
        <source>Look into an image of a registry</source>
        <translation>Examinar una imagen de un registro</translation>
    </message>
    <message>
        <source>Reference of the image, such as registry.example.org/team/app:1.2:</source>
        <translation>Referencia de la imagen, por ejemplo registry.example.org/equipo/app:1.2:</translation>
    </message>
</context>
<context>
    <name>darsena::gui::JsonTreeModel</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <extracomment>How many a list or an object of a JSON document holds.</extracomment>
        <translation>
            <numerusform>%n elemento</numerusform>
            <numerusform>%n elementos</numerusform>
        </translation>
    </message>
    <message>
        <source>Key</source>
        <extracomment>Columns of a JSON document shown as a tree.</extracomment>
        <translation>Clave</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Valor</translation>
    </message>
</context>
<context>
    <name>darsena::gui::JsonView</name>
    <message>
        <source>Search keys and values</source>
        <translation>Buscar claves y valores</translation>
    </message>
    <message>
        <source>Copy the value</source>
        <translation>Copiar el valor</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>Copiar la ruta</translation>
    </message>
    <message>
        <source>Copy the whole document</source>
        <translation>Copiar todo el documento</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>Documento</translation>
    </message>
</context>
<context>
    <name>darsena::gui::LayerDetails</name>
    <message>
        <source>Command</source>
        <translation>Comando</translation>
    </message>
    <message>
        <source>Adds</source>
        <translation>Añade</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>Oculto</translation>
    </message>
    <message>
        <source>%1 by later layers</source>
        <translation>%1 por capas posteriores</translation>
    </message>
    <message>
        <source>At rest</source>
        <translation>Guardada</translation>
    </message>
    <message>
        <source>Digest</source>
        <translation>Huella (digest)</translation>
    </message>
    <message>
        <source>Created</source>
        <translation>Creada</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Autor</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Comentario</translation>
    </message>
    <message numerus="yes">
        <source>%1 in %Ln file(s)</source>
        <translation>
            <numerusform>%1 en %Ln archivo</numerusform>
            <numerusform>%1 en %Ln archivos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::LayerFigures</name>
    <message>
        <source>image</source>
        <translation>imagen</translation>
    </message>
    <message>
        <source>size</source>
        <translation>tamaño</translation>
    </message>
    <message>
        <source>efficiency</source>
        <translation>eficiencia</translation>
    </message>
    <message>
        <source>The part of all bytes stored that a container can see.</source>
        <translation>La parte de los bytes guardados que un contenedor puede ver.</translation>
    </message>
    <message>
        <source>wasted</source>
        <translation>desperdiciado</translation>
    </message>
    <message>
        <source>Bytes that a later layer replaces or removes: they are stored and sent, and nobody sees them.</source>
        <translation>Bytes que una capa posterior sustituye o elimina: se guardan y se envían, y nadie los ve.</translation>
    </message>
    <message>
        <source>dive score</source>
        <translation>nota de dive</translation>
    </message>
    <message>
        <source>What dive calls efficiency. It does not see removed directories; .dive-ci files mean this figure.</source>
        <translation>Lo que dive llama eficiencia. No ve las carpetas eliminadas; los archivos .dive-ci se refieren a esta cifra.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Reading the layers…</source>
        <translation>Leyendo las capas…</translation>
    </message>
    <message>
        <source>Other platforms and tags of this image</source>
        <translation>Otras plataformas y etiquetas de esta imagen</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Plataforma</translation>
    </message>
    <message>
        <source>%1 %2 of %3</source>
        <translation>%1 %2 de %3</translation>
    </message>
</context>
<context>
    <name>darsena::gui::LayerListModel</name>
    <message>
        <source>%1, no layer</source>
        <translation>%1, sin capa</translation>
    </message>
    <message>
        <source>Layer %1: %2, not read yet</source>
        <translation>Capa %1: %2, aún sin leer</translation>
    </message>
    <message>
        <source>Layer %1: %2, adds %3, of which later layers hide %4</source>
        <translation>Capa %1: %2, añade %3, de los que capas posteriores ocultan %4</translation>
    </message>
    <message>
        <source>Layer %1: %2, adds %3</source>
        <translation>Capa %1: %2, añade %3</translation>
    </message>
</context>
<context>
    <name>darsena::gui::LayerListPane</name>
    <message>
        <source>Layers</source>
        <translation>Capas</translation>
    </message>
    <message>
        <source>at rest</source>
        <extracomment>Column: bytes of a layer as it is stored, that is, compressed.</extracomment>
        <translation>guardada</translation>
    </message>
    <message>
        <source>As the layer is stored and sent: compressed, if it is.</source>
        <translation>Tal como se guarda y se envía la capa: comprimida, si lo está.</translation>
    </message>
    <message>
        <source>adds</source>
        <extracomment>Column: bytes that a layer adds.</extracomment>
        <translation>añade</translation>
    </message>
    <message>
        <source>The contents of all files that the layer brings.</source>
        <translation>El contenido de todos los archivos que trae la capa.</translation>
    </message>
    <message>
        <source>total</source>
        <extracomment>Column: bytes of all layers so far.</extracomment>
        <translation>total</translation>
    </message>
    <message>
        <source>What all layers so far bring.</source>
        <translation>Lo que traen todas las capas hasta esta.</translation>
    </message>
    <message>
        <source>Details of the layer</source>
        <translation>Detalles de la capa</translation>
    </message>
    <message>
        <source>List all layers</source>
        <translation>Mostrar todas las capas</translation>
    </message>
    <message>
        <source>Only layers that touch %1</source>
        <translation>Solo las capas que tocan %1</translation>
    </message>
    <message>
        <source>bytes that a later layer hides</source>
        <translation>bytes que oculta una capa posterior</translation>
    </message>
</context>
<context>
    <name>darsena::gui::LayerText</name>
    <message>
        <source>hard link</source>
        <translation>enlace duro</translation>
    </message>
    <message>
        <source>file</source>
        <translation>archivo</translation>
    </message>
    <message>
        <source>directory</source>
        <translation>carpeta</translation>
    </message>
    <message>
        <source>symbolic link</source>
        <translation>enlace simbólico</translation>
    </message>
    <message>
        <source>character device</source>
        <translation>dispositivo de caracteres</translation>
    </message>
    <message>
        <source>block device</source>
        <translation>dispositivo de bloques</translation>
    </message>
    <message>
        <source>named pipe</source>
        <translation>tubería con nombre</translation>
    </message>
    <message>
        <source>socket</source>
        <translation>socket</translation>
    </message>
    <message>
        <source>whiteout</source>
        <translation>marca de borrado (whiteout)</translation>
    </message>
    <message>
        <source>added</source>
        <translation>añadido</translation>
    </message>
    <message>
        <source>only metadata changed</source>
        <translation>solo cambian los metadatos</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>cambiado</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>eliminado</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>sin cambios</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <comment>kind of file</comment>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>content</source>
        <translation>contenido</translation>
    </message>
    <message>
        <source>link %1 → %2</source>
        <translation>enlace %1 → %2</translation>
    </message>
    <message>
        <source>mode %1 → %2</source>
        <translation>permisos %1 → %2</translation>
    </message>
    <message>
        <source>owner %1:%2 → %3:%4</source>
        <translation>propietario %1:%2 → %3:%4</translation>
    </message>
    <message>
        <source>extended attributes</source>
        <translation>atributos extendidos</translation>
    </message>
    <message>
        <source>time</source>
        <translation>fecha</translation>
    </message>
    <message>
        <source>stored again, the same</source>
        <translation>guardado de nuevo, igual</translation>
    </message>
</context>
<context>
    <name>darsena::gui::LayerTreeModel</name>
    <message>
        <source>%1, %2: %3, %4</source>
        <translation>%1, %2: %3, %4</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Permisos</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Propietario</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>Modificado</translation>
    </message>
</context>
<context>
    <name>darsena::gui::LayersView</name>
    <message>
        <source>File</source>
        <translation>Archivo</translation>
    </message>
    <message>
        <source>Waste</source>
        <translation>Desperdicio</translation>
    </message>
    <message>
        <source>Reading the layers…</source>
        <translation>Leyendo las capas…</translation>
    </message>
    <message>
        <source>This engine does not show the inside of layers</source>
        <translation>Este motor no muestra el interior de las capas</translation>
    </message>
    <message>
        <source>Darsena&apos;s own engine keeps an index of each layer&apos;s files. Load the image there to look into it.</source>
        <translation>El motor de Darsena mantiene un índice de los archivos de cada capa. Carga la imagen en él para examinarla.</translation>
    </message>
    <message>
        <source>Reading the layers up to this one…</source>
        <translation>Leyendo las capas hasta esta…</translation>
    </message>
    <message>
        <source>This step changes the image&apos;s configuration and no file.</source>
        <translation>Este paso cambia la configuración de la imagen y ningún archivo.</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>Copiar la ruta</translation>
    </message>
    <message>
        <source>The file chosen</source>
        <translation>El archivo elegido</translation>
    </message>
    <message>
        <source>Reading was cancelled; what has come stays.</source>
        <translation>La lectura se canceló; lo ya leído se conserva.</translation>
    </message>
    <message>
        <source>Open or close a directory</source>
        <translation>Abrir o cerrar una carpeta</translation>
    </message>
    <message>
        <source>Files as of this layer</source>
        <translation>Archivos hasta esta capa</translation>
    </message>
    <message>
        <source>All changes since the base layer</source>
        <translation>Todos los cambios desde la capa base</translation>
    </message>
    <message>
        <source>Extract…</source>
        <translation>Extraer…</translation>
    </message>
    <message>
        <source>Next part: layers, files, details</source>
        <translation>Parte siguiente: capas, archivos, detalles</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>Sizes</source>
        <extracomment>A way to look at files: what takes the space, as a picture.</extracomment>
        <translation>Tamaños</translation>
    </message>
    <message>
        <source>List only layers that touch it</source>
        <translation>Mostrar solo las capas que lo tocan</translation>
    </message>
    <message>
        <source>This image has no layers: it is configuration only.</source>
        <translation>Esta imagen no tiene capas: es solo configuración.</translation>
    </message>
    <message>
        <source>No layer of this image comes from line %1.</source>
        <translation>Ninguna capa de esta imagen viene de la línea %1.</translation>
    </message>
    <message>
        <source>Not all layers could be read: %1</source>
        <translation>No se pudieron leer todas las capas: %1</translation>
    </message>
    <message>
        <source>The layers of %1 could not be read</source>
        <translation>No se pudieron leer las capas de %1</translation>
    </message>
    <message>
        <source>choose a layer above it</source>
        <translation>elige una capa por encima</translation>
    </message>
    <message>
        <source>No file passes the filters.</source>
        <translation>Ningún archivo pasa los filtros.</translation>
    </message>
    <message>
        <source>Nothing differs.</source>
        <translation>No hay diferencias.</translation>
    </message>
    <message>
        <source>Layer %1 · %2</source>
        <translation>Capa %1 · %2</translation>
    </message>
    <message>
        <source>Another image of the engine…</source>
        <translation>Otra imagen del motor…</translation>
    </message>
    <message>
        <source>The image of an archive…</source>
        <translation>La imagen de un archivo…</translation>
    </message>
    <message>
        <source>The image of a registry…</source>
        <translation>La imagen de un registro…</translation>
    </message>
    <message>
        <source>reading, %1 of %2</source>
        <translation>leyendo, %1 de %2</translation>
    </message>
    <message>
        <source>reading…</source>
        <translation>leyendo…</translation>
    </message>
    <message>
        <source>Layer %1</source>
        <translation>Capa %1</translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation>capa %1</translation>
    </message>
    <message>
        <source>%1 as of layer %2</source>
        <translation>%1 hasta la capa %2</translation>
    </message>
    <message>
        <source>Compare with the image of an archive</source>
        <translation>Comparar con la imagen de un archivo</translation>
    </message>
    <message>
        <source>Compare with another image</source>
        <translation>Comparar con otra imagen</translation>
    </message>
    <message>
        <source>Name or ID of an image of the engine:</source>
        <translation>Nombre o ID de una imagen del motor:</translation>
    </message>
    <message>
        <source>Reference of an image in a registry, such as registry.example.org/team/app:1.2:</source>
        <translation>Referencia de una imagen de un registro, por ejemplo registry.example.org/equipo/app:1.2:</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %Ln path(s)</source>
        <translation>
            <numerusform>%1 de %Ln ruta</numerusform>
            <numerusform>%1 de %Ln rutas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln path(s)</source>
        <translation>
            <numerusform>%Ln ruta</numerusform>
            <numerusform>%Ln rutas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::ListPane</name>
    <message>
        <source>Copied: %1</source>
        <translation>Copiado: %1</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ListingPane</name>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>Modificado</translation>
    </message>
    <message>
        <source>Contents of the archive</source>
        <translation>Contenido del archivo</translation>
    </message>
</context>
<context>
    <name>darsena::gui::LogPanel</name>
    <message>
        <source>Search the log</source>
        <translation>Buscar en el log</translation>
    </message>
    <message>
        <source>Regular expression</source>
        <translation>Expresión regular</translation>
    </message>
    <message>
        <source>Follow the end</source>
        <translation>Seguir el final</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Coincidencia siguiente</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Coincidencia anterior</translation>
    </message>
    <message>
        <source>Copy the selection, or everything</source>
        <translation>Copiar la selección, o todo</translation>
    </message>
    <message>
        <source>Save to a file…</source>
        <translation>Guardar en un archivo…</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>This is no regular expression: %1</source>
        <translation>Esto no es una expresión regular: %1</translation>
    </message>
    <message>
        <source>searching…</source>
        <translation>buscando…</translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation>no se encontró nada</translation>
    </message>
    <message numerus="yes">
        <source>%n line(s)</source>
        <comment>lines of a log that match a search</comment>
        <translation>
            <numerusform>%n línea</numerusform>
            <numerusform>%n líneas</numerusform>
        </translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Guardar el log</translation>
    </message>
    <message>
        <source>The log was not saved: %1: %2.</source>
        <translation>El log no se guardó: %1: %2.</translation>
    </message>
    <message>
        <source>The log is saved in %1.</source>
        <translation>El log está guardado en %1.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::LogView</name>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Copiar</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>Seleccionar &amp;todo</translation>
    </message>
</context>
<context>
    <name>darsena::gui::MainWindow</name>
    <message>
        <source>Search or run a command</source>
        <translation>Buscar o ejecutar un comando</translation>
    </message>
    <message>
        <source>Show keyboard shortcuts</source>
        <translation>Mostrar los atajos de teclado</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Pantalla completa</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Salir</translation>
    </message>
    <message>
        <source>%1  (%2)</source>
        <comment>page and its key</comment>
        <translation>%1  (%2)</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Ir a</translation>
    </message>
</context>
<context>
    <name>darsena::gui::Marks</name>
    <message>
        <source>not known yet</source>
        <comment>state of a build step</comment>
        <translation>aún no se sabe</translation>
    </message>
    <message>
        <source>will run</source>
        <comment>state of a build step</comment>
        <translation>se ejecutará</translation>
    </message>
    <message>
        <source>cached</source>
        <comment>state of a build step</comment>
        <translation>en caché</translation>
    </message>
    <message>
        <source>running</source>
        <comment>state of a build step</comment>
        <translation>en ejecución</translation>
    </message>
    <message>
        <source>done</source>
        <comment>state of a build step</comment>
        <translation>hecho</translation>
    </message>
    <message>
        <source>failed</source>
        <comment>state of a build step</comment>
        <translation>falló</translation>
    </message>
    <message>
        <source>skipped</source>
        <comment>state of a build step</comment>
        <translation>omitido</translation>
    </message>
    <message>
        <source>idle</source>
        <comment>state of a build step</comment>
        <translation>inactivo</translation>
    </message>
</context>
<context>
    <name>darsena::gui::NewDockerfileDialog</name>
    <message>
        <source>New Dockerfile</source>
        <translation>Dockerfile nuevo</translation>
    </message>
    <message>
        <source>Kinds of projects</source>
        <translation>Tipos de proyecto</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Carpeta</translation>
    </message>
    <message>
        <source>Folder of the project</source>
        <translation>Carpeta del proyecto</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Elegir…</translation>
    </message>
    <message>
        <source>Files that will be made</source>
        <translation>Archivos que se crearán</translation>
    </message>
    <message>
        <source>The Dockerfile as it will be</source>
        <translation>El Dockerfile tal como quedará</translation>
    </message>
    <message>
        <source>The .dockerignore as it will be</source>
        <translation>El .dockerignore tal como quedará</translation>
    </message>
    <message>
        <source>Replace what is there (it goes to the trash)</source>
        <translation>Reemplazar lo que hay (va a la papelera)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>Crear</translation>
    </message>
    <message>
        <source>This cannot be: %1 &quot;%2&quot;.</source>
        <translation>No puede ser: %1 «%2».</translation>
    </message>
    <message>
        <source>Give the folder with its whole path.</source>
        <translation>Indica la carpeta con su ruta completa.</translation>
    </message>
    <message>
        <source>This folder has a Dockerfile already.</source>
        <translation>Esta carpeta ya tiene un Dockerfile.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::OutlineView</name>
    <message>
        <source>Outline</source>
        <translation>Esquema</translation>
    </message>
</context>
<context>
    <name>darsena::gui::PackagesReader</name>
    <message>
        <source>a format that is not read</source>
        <translation>un formato que no se lee</translation>
    </message>
</context>
<context>
    <name>darsena::gui::PackagesView</name>
    <message>
        <source>Packages</source>
        <translation>Paquetes</translation>
    </message>
    <message>
        <source>Filter packages</source>
        <translation>Filtrar los paquetes</translation>
    </message>
    <message>
        <source>Reading packages…</source>
        <translation>Leyendo los paquetes…</translation>
    </message>
    <message>
        <source>%1 of %2 lists are read.</source>
        <translation>Listas leídas: %1 de %2.</translation>
    </message>
    <message>
        <source>What dpkg, apk, rpm, npm and pip say is installed is listed here once the layers are read.</source>
        <translation>Aquí se lista lo que dpkg, apk, rpm, npm y pip dicen que está instalado, en cuanto se lean las capas.</translation>
    </message>
    <message>
        <source>There are more than can be listed.</source>
        <translation>Hay más de los que se pueden listar.</translation>
    </message>
    <message>
        <source>Not read: %1</source>
        <translation>Sin leer: %1</translation>
    </message>
    <message>
        <source>Package</source>
        <translation>Paquete</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Versión</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Arquitectura</translation>
    </message>
    <message>
        <source>No packages are known</source>
        <translation>No se conoce ningún paquete</translation>
    </message>
    <message>
        <source>None of the files that dpkg, apk, rpm, npm and pip keep about what they install is in this image.</source>
        <translation>En esta imagen no está ninguno de los archivos en que dpkg, apk, rpm, npm y pip anotan lo que instalan.</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Antes</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Después</translation>
    </message>
    <message>
        <source>None of the files that dpkg, apk, rpm, npm and pip keep about what they install is in these images.</source>
        <translation>En estas imágenes no está ninguno de los archivos en que dpkg, apk, rpm, npm y pip anotan lo que instalan.</translation>
    </message>
    <message>
        <source>The packages are the same</source>
        <translation>Los paquetes son los mismos</translation>
    </message>
    <message>
        <source>%1 added, %2 removed, %3 in another version.</source>
        <translation>Añadidos: %1; eliminados: %2; en otra versión: %3.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln package(s) are installed.</source>
        <translation>
            <numerusform>%Ln paquete instalado.</numerusform>
            <numerusform>%Ln paquetes instalados.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln package(s) are installed in both, in the same versions.</source>
        <translation>
            <numerusform>%Ln paquete está instalado en ambas, en la misma versión.</numerusform>
            <numerusform>%Ln paquetes están instalados en ambas, en las mismas versiones.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::ProblemsPanel</name>
    <message>
        <source>Choose a problem to read why it is one and what to write instead.</source>
        <translation>Elige un problema para leer por qué lo es y qué escribir en su lugar.</translation>
    </message>
    <message>
        <source>There are no problems in this Dockerfile.</source>
        <translation>No hay problemas en este Dockerfile.</translation>
    </message>
    <message>
        <source>About the problem</source>
        <translation>Sobre el problema</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ProblemsView</name>
    <message>
        <source>Error</source>
        <translation>Error</translation>
    </message>
    <message>
        <source>last build</source>
        <translation>última construcción</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Aviso</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>Sugerencia</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Problemas</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problema</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Línea</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regla</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ProcessLoader</name>
    <message>
        <source>too many images to choose from</source>
        <translation>hay demasiadas imágenes entre las que elegir</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ProjectModel</name>
    <message>
        <source>%1
Left out of the build context by line %2 of the .dockerignore: %3</source>
        <translation>%1
Excluido del contexto de construcción por la línea %2 del .dockerignore: %3</translation>
    </message>
    <message>
        <source>%1, left out of the build context</source>
        <translation>%1, excluido del contexto de construcción</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be the name of a file.</source>
        <translation>«%1» no puede ser el nombre de un archivo.</translation>
    </message>
    <message>
        <source>There is a &quot;%1&quot; in this folder already.</source>
        <translation>Ya hay un «%1» en esta carpeta.</translation>
    </message>
    <message>
        <source>%1 cannot be renamed.</source>
        <translation>No se puede cambiar el nombre de %1.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ProjectTree</name>
    <message>
        <source>Files of the project</source>
        <translation>Archivos del proyecto</translation>
    </message>
    <message>
        <source>New file</source>
        <translation>Archivo nuevo</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Carpeta nueva</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be the name of a file.</source>
        <translation>«%1» no puede ser el nombre de un archivo.</translation>
    </message>
    <message>
        <source>Name of the file in %1</source>
        <translation>Nombre del archivo en %1</translation>
    </message>
    <message>
        <source>%1 cannot be made.</source>
        <translation>No se puede crear %1.</translation>
    </message>
    <message>
        <source>Name of the folder in %1</source>
        <translation>Nombre de la carpeta en %1</translation>
    </message>
    <message>
        <source>Move to the trash</source>
        <translation>Mover a la papelera</translation>
    </message>
    <message>
        <source>Move %1 to the trash?</source>
        <translation>¿Mover %1 a la papelera?</translation>
    </message>
    <message>
        <source>The folder goes with everything in it. It can be put back from the trash.</source>
        <translation>La carpeta se va con todo lo que contiene. Se puede recuperar desde la papelera.</translation>
    </message>
    <message>
        <source>It can be put back from the trash.</source>
        <translation>Se puede recuperar desde la papelera.</translation>
    </message>
    <message>
        <source>%1 is in the trash.</source>
        <translation>%1 está en la papelera.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Abrir</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Cambiar el nombre</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>Copiar la ruta</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ReaderExtraction</name>
    <message>
        <source>the image is closed</source>
        <translation>la imagen está cerrada</translation>
    </message>
    <message>
        <source>%1 cannot be started: %2</source>
        <translation>no se puede iniciar %1: %2</translation>
    </message>
    <message>
        <source>the process that writes files has ended without a word</source>
        <translation>el proceso que escribe los archivos terminó sin decir nada</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ReaderProcess</name>
    <message>
        <source>the process that reads images has ended</source>
        <translation>el proceso que lee las imágenes terminó</translation>
    </message>
    <message>
        <source>the process that reads images has ended: %1</source>
        <translation>el proceso que lee las imágenes terminó: %1</translation>
    </message>
    <message>
        <source>%1 cannot be started: %2</source>
        <translation>no se puede iniciar %1: %2</translation>
    </message>
    <message>
        <source>the image is not read yet</source>
        <translation>la imagen aún no se ha leído</translation>
    </message>
</context>
<context>
    <name>darsena::gui::RebuildResult</name>
    <message>
        <source>%1 larger than before (expected to save %2)</source>
        <translation>%1 más grande que antes (se esperaba ahorrar %2)</translation>
    </message>
    <message>
        <source>Saved %1 (expected %2)</source>
        <translation>Ahorro de %1 (se esperaban %2)</translation>
    </message>
    <message>
        <source>%1 %</source>
        <comment>a share</comment>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Tamaño</translation>
    </message>
    <message>
        <source>Wasted</source>
        <translation>Desperdiciado</translation>
    </message>
    <message>
        <source>Efficiency</source>
        <translation>Eficiencia</translation>
    </message>
</context>
<context>
    <name>darsena::gui::RenameField</name>
    <message>
        <source>New name of %1</source>
        <translation>Nuevo nombre de %1</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>Nuevo nombre</translation>
    </message>
</context>
<context>
    <name>darsena::gui::RunDialog</name>
    <message>
        <source>Remove the container when it ends</source>
        <translation>Eliminar el contenedor cuando termine</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Ejecutar</translation>
    </message>
    <message>
        <source>Run a container</source>
        <translation>Ejecutar un contenedor</translation>
    </message>
    <message>
        <source>the engine&apos;s default (bridge)</source>
        <translation>la predeterminada del motor (bridge)</translation>
    </message>
    <message>
        <source>name:tag</source>
        <translation>nombre:etiqueta</translation>
    </message>
    <message>
        <source>chosen by the engine</source>
        <translation>lo elige el motor</translation>
    </message>
    <message>
        <source>as the image says</source>
        <translation>como dice la imagen</translation>
    </message>
    <message>
        <source>&amp;Image</source>
        <translation>&amp;Imagen</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Nombre</translation>
    </message>
    <message>
        <source>&amp;Command</source>
        <translation>&amp;Comando</translation>
    </message>
    <message>
        <source>&amp;Environment</source>
        <translation>&amp;Entorno</translation>
    </message>
    <message>
        <source>&amp;Ports</source>
        <translation>&amp;Puertos</translation>
    </message>
    <message>
        <source>Ne&amp;twork</source>
        <translation>&amp;Red</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>The same with docker:</source>
        <translation>Lo mismo con docker:</translation>
    </message>
    <message>
        <source>Something in the form is not right.</source>
        <translation>Algo del formulario no está bien.</translation>
    </message>
    <message>
        <source>Creating the container…</source>
        <translation>Creando el contenedor…</translation>
    </message>
    <message>
        <source>Build or load the image first, or choose one of the list.</source>
        <translation>Construye o carga antes la imagen, o elige una de la lista.</translation>
    </message>
    <message>
        <source>The container was not created.</source>
        <translation>El contenedor no se creó.</translation>
    </message>
    <message>
        <source>Starting it…</source>
        <translation>Iniciándolo…</translation>
    </message>
    <message>
        <source>The container did not start.</source>
        <translation>El contenedor no se inició.</translation>
    </message>
    <message>
        <source>Nothing of it was kept; change the form and run it again.</source>
        <translation>No quedó nada de él; cambia el formulario y ejecútalo de nuevo.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::RunRequest</name>
    <message>
        <source>Port “%1”: write it as 8080:80, this computer&apos;s port first; ports go from 1 to 65535.</source>
        <translation>Puerto «%1»: escríbelo como 8080:80, primero el puerto de este equipo; los puertos van de 1 a 65535.</translation>
    </message>
    <message>
        <source>Command: a quote (%1) is opened and not closed.</source>
        <translation>Comando: se abre una comilla (%1) y no se cierra.</translation>
    </message>
    <message>
        <source>Choose an image to run.</source>
        <translation>Elige una imagen para ejecutar.</translation>
    </message>
    <message>
        <source>Name “%1”: use letters, digits, “_”, “.” and “-”, and begin with a letter or a digit.</source>
        <translation>Nombre «%1»: usa letras, cifras, «_», «.» y «-», y empieza por una letra o una cifra.</translation>
    </message>
    <message>
        <source>Environment “%1”: write one NAME=value a line.</source>
        <translation>Entorno «%1»: escribe un NOMBRE=valor por línea.</translation>
    </message>
    <message>
        <source>Port “%1”: the protocol is tcp, udp or sctp.</source>
        <translation>Puerto «%1»: el protocolo es tcp, udp o sctp.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aspecto</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Motor</translation>
    </message>
    <message>
        <source>Socket</source>
        <translation>Socket</translation>
    </message>
    <message>
        <source>The Unix socket of the engine this window talks to. Darsena&apos;s own engine, dockerd and podman all work; leave it empty for Darsena&apos;s.</source>
        <translation>El socket Unix del motor con el que habla esta ventana. Sirven el motor de Darsena, dockerd y podman; déjalo vacío para usar el de Darsena.</translation>
    </message>
    <message>
        <source>Socket of the engine</source>
        <translation>Socket del motor</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Como el sistema</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>Editor</translation>
    </message>
    <message>
        <source>Save by itself, a second after the last key</source>
        <translation>Guardar automáticamente, un segundo después de la última tecla</translation>
    </message>
    <message>
        <source>Format Dockerfiles when saving</source>
        <translation>Dar formato a los Dockerfile al guardar</translation>
    </message>
    <message>
        <source>Wrap long lines</source>
        <translation>Ajustar líneas largas</translation>
    </message>
    <message>
        <source>Show blanks and tabs</source>
        <translation>Mostrar espacios y tabuladores</translation>
    </message>
    <message>
        <source>Show indent guides</source>
        <translation>Mostrar guías de sangría</translation>
    </message>
</context>
<context>
    <name>darsena::gui::ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Atajos de teclado</translation>
    </message>
</context>
<context>
    <name>darsena::gui::SidePanes</name>
    <message>
        <source>Content</source>
        <extracomment>What a file holds.</extracomment>
        <translation>Contenido</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Paquetes</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>Copias</translation>
    </message>
    <message>
        <source>Special</source>
        <extracomment>Files with special rights: setuid, writable by everybody, devices.</extracomment>
        <translation>Especiales</translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation>capa %1</translation>
    </message>
</context>
<context>
    <name>darsena::gui::SizeMap</name>
    <message>
        <source>There are no bytes here.</source>
        <translation>Aquí no hay bytes.</translation>
    </message>
    <message>
        <source>%1 · %2, of which %3 are wasted</source>
        <translation>%1 · %2, de los que se desperdician %3</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>%1 · %2 · stored in layer %3</source>
        <translation>%1 · %2 · guardado en la capa %3</translation>
    </message>
    <message>
        <source>There is no image to show yet.</source>
        <translation>Aún no hay ninguna imagen que mostrar.</translation>
    </message>
    <message>
        <source>Nothing is chosen.</source>
        <translation>No hay nada elegido.</translation>
    </message>
    <message numerus="yes">
        <source>%1 · %2 in %Ln file(s)</source>
        <translation>
            <numerusform>%1 · %2 en %Ln archivo</numerusform>
            <numerusform>%1 · %2 en %Ln archivos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::SizePane</name>
    <message>
        <source>Treemap</source>
        <translation>Mapa</translation>
    </message>
    <message>
        <source>Flame</source>
        <translation>Llamas</translation>
    </message>
    <message>
        <source>Directories as frames, files as blocks. Arrows choose, Enter goes in, Backspace goes out.</source>
        <translation>Las carpetas son marcos y los archivos, bloques. Las flechas eligen, Intro entra y Retroceso sale.</translation>
    </message>
    <message>
        <source>Directories as rows, each over what is in it. Arrows choose, Enter goes in, Backspace goes out.</source>
        <translation>Las carpetas son filas, cada una sobre lo que contiene. Las flechas eligen, Intro entra y Retroceso sale.</translation>
    </message>
    <message>
        <source>Treemap of sizes</source>
        <translation>Mapa de tamaños (treemap)</translation>
    </message>
    <message>
        <source>Flame view of sizes</source>
        <translation>Tamaños como llamas</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Colores</translation>
    </message>
    <message>
        <source>Legend</source>
        <translation>Leyenda</translation>
    </message>
    <message>
        <source>Adding up the sizes…</source>
        <translation>Sumando los tamaños…</translation>
    </message>
    <message>
        <source>Colours: layer</source>
        <translation>Colores: capa</translation>
    </message>
    <message>
        <source>Colours: changes</source>
        <translation>Colores: cambios</translation>
    </message>
    <message>
        <source>Colours: waste</source>
        <translation>Colores: desperdicio</translation>
    </message>
    <message>
        <source>− wasted  %1</source>
        <translation>− desperdiciado  %1</translation>
    </message>
    <message>
        <source>Stored in a layer, and hidden by a later one.</source>
        <translation>Guardado en una capa y oculto por otra posterior.</translation>
    </message>
    <message>
        <source>seen by a container  %1</source>
        <translation>lo que ve un contenedor  %1</translation>
    </message>
    <message>
        <source>+ added</source>
        <translation>+ añadido</translation>
    </message>
    <message>
        <source>~ changed</source>
        <translation>~ cambiado</translation>
    </message>
    <message>
        <source>− removed</source>
        <translation>− eliminado</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>sin cambios</translation>
    </message>
</context>
<context>
    <name>darsena::gui::SpecialFilesView</name>
    <message>
        <source>Path</source>
        <translation>Ruta</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Por qué</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Permisos</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Capa</translation>
    </message>
    <message>
        <source>Files with special rights</source>
        <translation>Archivos con permisos especiales</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtrar</translation>
    </message>
    <message>
        <source>Filter the files with special rights</source>
        <translation>Filtrar los archivos con permisos especiales</translation>
    </message>
    <message>
        <source>Looking for files with special rights…</source>
        <translation>Buscando archivos con permisos especiales…</translation>
    </message>
    <message>
        <source>Programs that run as their owner, and files that everybody may write, are listed here once the layers are read.</source>
        <translation>Aquí se listan los programas que se ejecutan como su propietario y los archivos que cualquiera puede escribir, en cuanto se lean las capas.</translation>
    </message>
    <message>
        <source>No file has special rights</source>
        <translation>Ningún archivo tiene permisos especiales</translation>
    </message>
    <message>
        <source>Nothing here runs with another user&apos;s rights (setuid, setgid), and nothing may be written by everybody.</source>
        <translation>Aquí nada se ejecuta con los permisos de otro usuario (setuid, setgid) y no hay nada que cualquiera pueda escribir.</translation>
    </message>
    <message>
        <source>runs as user %1</source>
        <translation>como el usuario %1</translation>
    </message>
    <message>
        <source>runs as group %1</source>
        <translation>como el grupo %1</translation>
    </message>
    <message>
        <source>everybody may write</source>
        <translation>lo escribe cualquiera</translation>
    </message>
    <message numerus="yes">
        <source>%Ln program(s) run with another user&apos;s rights.</source>
        <translation>
            <numerusform>%Ln programa se ejecuta con los permisos de otro usuario.</numerusform>
            <numerusform>%Ln programas se ejecutan con los permisos de otro usuario.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln other path(s) may be written by everybody.</source>
        <translation>
            <numerusform>Otra ruta (%Ln) la puede escribir cualquiera.</numerusform>
            <numerusform>Otras %Ln rutas las puede escribir cualquiera.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::StageItem</name>
    <message>
        <source>not needed</source>
        <translation>no hace falta</translation>
    </message>
    <message>
        <source>target</source>
        <comment>the stage that is built</comment>
        <translation>objetivo</translation>
    </message>
    <message>
        <source>stage %1</source>
        <comment>its number</comment>
        <translation>etapa %1</translation>
    </message>
</context>
<context>
    <name>darsena::gui::StatusStrip</name>
    <message numerus="yes">
        <source>%n running</source>
        <extracomment>Containers that run</extracomment>
        <translation>
            <numerusform>%n en ejecución</numerusform>
            <numerusform>%n en ejecución</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n problema</numerusform>
            <numerusform>%n problemas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::StepPanel</name>
    <message>
        <source>Log</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>No step selected</source>
        <translation>Ningún paso elegido</translation>
    </message>
    <message>
        <source>Choose a line of the Dockerfile or a row of the graph to see what a build does there.</source>
        <translation>Elige una línea del Dockerfile o una fila del grafo para ver qué hace ahí una construcción.</translation>
    </message>
    <message>
        <source>Line %1 · %2</source>
        <translation>Línea %1 · %2</translation>
    </message>
    <message>
        <source>This step has not been built yet in this window.</source>
        <translation>Este paso aún no se ha construido en esta ventana.</translation>
    </message>
    <message>
        <source>Taken from the cache.</source>
        <translation>Tomado de la caché.</translation>
    </message>
    <message>
        <source>Taken from the cache: %1</source>
        <translation>Tomado de la caché: %1</translation>
    </message>
    <message>
        <source>Running.</source>
        <translation>En ejecución.</translation>
    </message>
    <message>
        <source>Running, because: %1</source>
        <translation>En ejecución, porque: %1</translation>
    </message>
    <message>
        <source>Ran in the last build.</source>
        <translation>Se ejecutó en la última construcción.</translation>
    </message>
    <message>
        <source>Ran in the last build, because: %1</source>
        <translation>Se ejecutó en la última construcción, porque: %1</translation>
    </message>
    <message>
        <source>Not reached in the last build.</source>
        <translation>La última construcción no llegó hasta aquí.</translation>
    </message>
    <message>
        <source>Waits for its turn.</source>
        <translation>Espera su turno.</translation>
    </message>
    <message>
        <source>Will run, because: %1</source>
        <translation>Se ejecutará, porque: %1</translation>
    </message>
    <message>
        <source>state</source>
        <comment>of a build step</comment>
        <translation>estado</translation>
    </message>
    <message>
        <source>layer</source>
        <comment>its size follows</comment>
        <translation>capa</translation>
    </message>
    <message>
        <source>time saved</source>
        <translation>tiempo ahorrado</translation>
    </message>
    <message>
        <source>time</source>
        <translation>tiempo</translation>
    </message>
</context>
<context>
    <name>darsena::gui::Studio</name>
    <message>
        <source>Version %1, API %2</source>
        <translation>Versión %1, API %2</translation>
    </message>
    <message>
        <source>Connect again</source>
        <translation>Conectar de nuevo</translation>
    </message>
    <message>
        <source>Another engine…</source>
        <translation>Otro motor…</translation>
    </message>
    <message>
        <source>Darsena engine</source>
        <translation>Motor Darsena</translation>
    </message>
    <message>
        <source>Docker engine</source>
        <translation>Motor Docker</translation>
    </message>
</context>
<context>
    <name>darsena::gui::TagDialog</name>
    <message>
        <source>Tag</source>
        <translation>Etiqueta</translation>
    </message>
    <message>
        <source>Tag an image</source>
        <translation>Etiquetar una imagen</translation>
    </message>
    <message>
        <source>name:tag</source>
        <translation>nombre:etiqueta</translation>
    </message>
    <message>
        <source>Another name for %1</source>
        <translation>Otro nombre para %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>The image was not tagged.</source>
        <translation>La imagen no se etiquetó.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::TextFile</name>
    <message>
        <source>CRLF and LF mixed</source>
        <translation>CRLF y LF mezclados</translation>
    </message>
    <message>
        <source>read only</source>
        <translation>solo lectura</translation>
    </message>
    <message>
        <source>large: no colours, no checks</source>
        <translation>grande: sin colores ni comprobaciones</translation>
    </message>
    <message>
        <source>yours</source>
        <translation>lo tuyo</translation>
    </message>
    <message>
        <source>of the file</source>
        <translation>del archivo</translation>
    </message>
</context>
<context>
    <name>darsena::gui::Texts</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>ahora mismo</translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) ago</source>
        <translation>
            <numerusform>hace %n minuto</numerusform>
            <numerusform>hace %n minutos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s) ago</source>
        <translation>
            <numerusform>hace %n hora</numerusform>
            <numerusform>hace %n horas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>hace %n día</numerusform>
            <numerusform>hace %n días</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::TimelineView</name>
    <message>
        <source>cached, saves %1</source>
        <translation>en caché, ahorra %1</translation>
    </message>
    <message>
        <source>The steps of a build stand here over time.</source>
        <translation>Aquí se ven los pasos de una construcción a lo largo del tiempo.</translation>
    </message>
</context>
<context>
    <name>darsena::gui::TopBar</name>
    <message>
        <source>Search or run a command</source>
        <translation>Buscar o ejecutar un comando</translation>
    </message>
    <message>
        <source>Command palette</source>
        <translation>Paleta de comandos</translation>
    </message>
</context>
<context>
    <name>darsena::gui::TreeToolbar</name>
    <message>
        <source>This is no regular expression: %1.</source>
        <translation>Esto no es una expresión regular: %1.</translation>
    </message>
    <message>
        <source>As of this layer</source>
        <translation>Hasta esta capa</translation>
    </message>
    <message>
        <source>Only this layer</source>
        <translation>Solo esta capa</translation>
    </message>
    <message>
        <source>Compare with…</source>
        <translation>Comparar con…</translation>
    </message>
    <message>
        <source>Which files are shown</source>
        <translation>Qué archivos se muestran</translation>
    </message>
    <message>
        <source>Show added files</source>
        <translation>Mostrar los archivos añadidos</translation>
    </message>
    <message>
        <source>Show changed files</source>
        <translation>Mostrar los archivos cambiados</translation>
    </message>
    <message>
        <source>Show files with only metadata changed</source>
        <translation>Mostrar los archivos en que solo cambian los metadatos</translation>
    </message>
    <message>
        <source>Show removed files</source>
        <translation>Mostrar los archivos eliminados</translation>
    </message>
    <message>
        <source>Show unchanged files</source>
        <translation>Mostrar los archivos sin cambios</translation>
    </message>
    <message>
        <source>Sort by name instead of size</source>
        <translation>Ordenar por nombre en vez de por tamaño</translation>
    </message>
    <message>
        <source>Show mode, owner and time</source>
        <translation>Mostrar permisos, propietario y fecha</translation>
    </message>
    <message>
        <source>Collapse everything</source>
        <translation>Plegar todo</translation>
    </message>
    <message>
        <source>Expand everything</source>
        <translation>Desplegar todo</translation>
    </message>
    <message>
        <source>Filter the files</source>
        <translation>Filtrar los archivos</translation>
    </message>
    <message>
        <source>Only setuid and setgid files</source>
        <translation>Solo archivos setuid y setgid</translation>
    </message>
    <message>
        <source>Only what everybody may write</source>
        <translation>Solo lo que cualquiera puede escribir</translation>
    </message>
    <message>
        <source>Any size</source>
        <translation>Cualquier tamaño</translation>
    </message>
    <message>
        <source>%1 and more</source>
        <translation>%1 o más</translation>
    </message>
    <message>
        <source>More filters: size, setuid, writable by everybody</source>
        <translation>Más filtros: tamaño, setuid, lo que cualquiera puede escribir</translation>
    </message>
    <message>
        <source>More filters</source>
        <translation>Más filtros</translation>
    </message>
    <message>
        <source>Filter: name, *.so, /regex/</source>
        <translation>Filtro: nombre, *.so, /regex/</translation>
    </message>
    <message numerus="yes">
        <source>%Ln added</source>
        <translation>
            <numerusform>%Ln añadido</numerusform>
            <numerusform>%Ln añadidos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln changed</source>
        <translation>
            <numerusform>%Ln cambiado</numerusform>
            <numerusform>%Ln cambiados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln with only metadata changed</source>
        <translation>
            <numerusform>%Ln solo con metadatos cambiados</numerusform>
            <numerusform>%Ln solo con metadatos cambiados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln removed</source>
        <translation>
            <numerusform>%Ln eliminado</numerusform>
            <numerusform>%Ln eliminados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln unchanged</source>
        <translation>
            <numerusform>%Ln sin cambios</numerusform>
            <numerusform>%Ln sin cambios</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>darsena::gui::WastePane</name>
    <message>
        <source>Filter by path</source>
        <translation>Filtrar por ruta</translation>
    </message>
    <message>
        <source>Filter the waste by path</source>
        <translation>Filtrar el desperdicio por ruta</translation>
    </message>
    <message>
        <source>Apply all and rebuild</source>
        <translation>Aplicar todo y reconstruir</translation>
    </message>
    <message>
        <source>Rebuild and measure</source>
        <translation>Reconstruir y medir</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Undo the edit of the Dockerfile</source>
        <translation>Deshacer el cambio del Dockerfile</translation>
    </message>
    <message>
        <source>Takes the edit of the Dockerfile back  (%1)</source>
        <translation>Deshace el cambio del Dockerfile  (%1)</translation>
    </message>
    <message>
        <source>Nothing was applied.</source>
        <translation>No se aplicó nada.</translation>
    </message>
    <message>
        <source>Applied: %1.</source>
        <translation>Aplicado: %1.</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Mostrarlo</translation>
    </message>
    <message>
        <source>The image was not rebuilt.</source>
        <translation>La imagen no se reconstruyó.</translation>
    </message>
    <message>
        <source>Show the build</source>
        <translation>Mostrar la construcción</translation>
    </message>
    <message>
        <source>The image is the same as before.</source>
        <translation>La imagen es la misma que antes.</translation>
    </message>
    <message>
        <source>The edit was not taken back.</source>
        <translation>El cambio no se deshizo.</translation>
    </message>
    <message>
        <source>The Dockerfile was changed since; undo it in the editor.</source>
        <translation>El Dockerfile ha cambiado desde entonces; deshazlo en el editor.</translation>
    </message>
    <message>
        <source>The edit was taken back.</source>
        <translation>El cambio se deshizo.</translation>
    </message>
    <message>
        <source>Reading the layers…</source>
        <translation>Leyendo las capas…</translation>
    </message>
    <message>
        <source>Nothing is wasted: no layer replaces or removes a file of one below.</source>
        <translation>No se desperdicia nada: ninguna capa sustituye ni elimina un archivo de otra inferior.</translation>
    </message>
    <message>
        <source>The open Dockerfile is not the one that this image was built from. Open that one in the Build page, and each piece gets its edit.</source>
        <translation>El Dockerfile abierto no es el que se usó para construir esta imagen. Abre ese en la página Construir y cada desperdicio tendrá su cambio.</translation>
    </message>
    <message>
        <source>Open this image&apos;s Dockerfile in the Build page, and each piece gets its edit.</source>
        <translation>Abre el Dockerfile de esta imagen en la página Construir y cada desperdicio tendrá su cambio.</translation>
    </message>
    <message>
        <source>No waste has “%1” in its path.</source>
        <translation>Ningún desperdicio tiene «%1» en su ruta.</translation>
    </message>
    <message>
        <source>show</source>
        <translation>mostrar</translation>
    </message>
    <message>
        <source>Show %1 in layer %2</source>
        <translation>Mostrar %1 en la capa %2</translation>
    </message>
    <message>
        <source>apply · line %1</source>
        <translation>aplicar · línea %1</translation>
    </message>
    <message>
        <source>%1: apply to line %2</source>
        <translation>%1: aplicar en la línea %2</translation>
    </message>
    <message>
        <source>line %1</source>
        <translation>línea %1</translation>
    </message>
    <message>
        <source>Show line %1 of the Dockerfile</source>
        <translation>Mostrar la línea %1 del Dockerfile</translation>
    </message>
    <message>
        <source>Other ways to save it</source>
        <translation>Otras formas de ahorrarlo</translation>
    </message>
    <message>
        <source>Other ways to save %1</source>
        <translation>Otras formas de ahorrar %1</translation>
    </message>
    <message>
        <source>Show it in layer %1</source>
        <translation>Mostrarlo en la capa %1</translation>
    </message>
    <message>
        <source>Go to line %1</source>
        <translation>Ir a la línea %1</translation>
    </message>
    <message>
        <source>The image is being built…</source>
        <translation>La imagen se está construyendo…</translation>
    </message>
    <message>
        <source>Expected %1, measured after the build.</source>
        <translation>Se esperan %1; se medirá después de construir.</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more, smaller ones</source>
        <translation>
            <numerusform>y %Ln más, más pequeño</numerusform>
            <numerusform>y %Ln más, más pequeños</numerusform>
        </translation>
    </message>
    <message>
        <source>Waste</source>
        <extracomment>What an image wastes.</extracomment>
        <translation>Desperdicio</translation>
    </message>
</context>
</TS>
