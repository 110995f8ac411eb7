/* Greets once a second until it is asked to stop; with --once it greets and leaves. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stopping;

static void stop(int signal)
{
    (void)signal;
    stopping = 1;
}

int main(int argc, char **argv)
{
    const int once = argc > 1 && strcmp(argv[1], "--once") == 0;
    signal(SIGTERM, stop);
    for (unsigned count = 1; !stopping; ++count) {
        printf("Hola, Darsena: %u\n", count);
        fflush(stdout);
        if (once)
            return 0;
        sleep(1);
    }
    puts("Adios");
    return 0;
}
