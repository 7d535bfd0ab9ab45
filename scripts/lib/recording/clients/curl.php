<?php
$transfer = curl_init($argv[1]);
curl_setopt($transfer, CURLOPT_RETURNTRANSFER, true);
exit(curl_exec($transfer) === false ? 1 : 0);
