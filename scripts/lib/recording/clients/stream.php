<?php exit(file_get_contents($argv[1]) === false ? 1 : 0);
